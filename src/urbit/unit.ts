import { runArgv, type Sailing } from "./boot.ts";
import { LAYOUT } from "./layout.ts";

export interface UnitInput extends Sailing {
  /** Path of the fence script on the host. */
  readonly guard: string;
}

/** Seconds a ship may take to write its last snapshot; large ones take minutes. */
export const STOP_SECONDS = 600;

/**
 * The systemd unit of a ship.
 *
 * - It starts through the guard and no other way: a condition that does not hold leaves the unit inactive, which
 *   systemd does not try again.
 * - vere ends with 1 for everything, so `Restart=` alone would start a refused double boot for ever: the guard looks at
 *   the log when the ship has ended, and a refusal puts the ship on hold. `StartLimit` bounds whatever else repeats.
 * - KillMode=mixed: the worker must outlive the SIGTERM, or the last snapshot is lost.
 * - Each client of the control socket that only asks costs the king a descriptor until it restarts: there are many.
 * - The sandbox leaves alone what vere needs: /dev/shm, its own memory maps, netlink for its addresses.
 */
export function renderUnit(unit: UnitInput): string {
  const bare = unit.name.slice(1);
  const privileged = unit.httpPort < 1024 || unit.amesPort < 1024;
  return `[Unit]
Description=Urbit ship ${unit.name}${unit.fake ? " (fake)" : ""}
Documentation=https://docs.urbit.org
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=600
StartLimitBurst=5

[Service]
Type=exec
User=${LAYOUT.user}
Group=${LAYOUT.group}
WorkingDirectory=${LAYOUT.home}
UMask=0077
ExecCondition=+/bin/sh ${word(unit.guard)} check ${bare}
ExecStart=${runArgv(unit).map(word).join(" ")}
ExecStopPost=+/bin/sh ${word(unit.guard)} ended ${bare}
Restart=on-failure
RestartSec=10
KillMode=mixed
KillSignal=SIGTERM
TimeoutStopSec=${STOP_SECONDS}
LimitNOFILE=524288
LimitSTACK=64M:infinity
StandardInput=null
${privileged ? "AmbientCapabilities=CAP_NET_BIND_SERVICE\n" : ""}NoNewPrivileges=yes
ProtectSystem=full
ProtectHome=yes
PrivateTmp=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes
RestrictRealtime=yes
LockPersonality=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK

[Install]
WantedBy=multi-user.target
`;
}

/** A word of a command line in a unit; anything systemd would expand or split is a bug in the caller. */
function word(text: string): string {
  if (!/^[A-Za-z0-9_./,:=+~-]+$/.test(text)) throw new TypeError(`${JSON.stringify(text)} cannot stand in a unit`);
  return text;
}
