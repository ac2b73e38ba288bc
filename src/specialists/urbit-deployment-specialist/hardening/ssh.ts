import { atLeast, type Control, file, type HostView, lines, NOTHING, type Proof, said, type Wish } from "./control.ts";

const DROP_IN = "/etc/ssh/sshd_config.d/10-slipway.conf";

/** In the order of preference; what the host's OpenSSH does not know is left out. Source: OpenSSH's own defaults of 9.x without SHA-1 and without NIST curves. */
const KEX = [
  "mlkem768x25519-sha256",
  "sntrup761x25519-sha512",
  "sntrup761x25519-sha512@openssh.com",
  "curve25519-sha256",
  "curve25519-sha256@libssh.org",
  "diffie-hellman-group16-sha512",
  "diffie-hellman-group18-sha512",
];
const CIPHERS = [
  "chacha20-poly1305@openssh.com",
  "aes256-gcm@openssh.com",
  "aes128-gcm@openssh.com",
  "aes256-ctr",
  "aes192-ctr",
  "aes128-ctr",
];
const MACS = ["hmac-sha2-512-etm@openssh.com", "hmac-sha2-256-etm@openssh.com", "umac-128-etm@openssh.com"];
const RSA_BITS = 3072;

const EFFECTIVE = { id: "ssh.effective", command: "sshd -T 2>/dev/null" };

/**
 * Accounts that could log in: with keys (`key`; one without a shell may carry a tunnel), or a shell and a password
 * (`password`; `let` where a Match block of the host's lets that one in by password whatever is said elsewhere). Where
 * keys lie, and whom a block is about, sshd says itself.
 */
const LOGINS = `keys() { printf '%s\\n' "$1" | sed -n 's/^authorizedkeysfile //p'; }
expanded() {
  file= rest=$1
  while :; do
    case $rest in *%*) file=$file\${rest%%\\%*} rest=\${rest#*%} ;; *) break ;; esac
    case $rest in h*) file=$file$home ;; u*) file=$file$name ;; U*) file=$file$uid ;; *) file=$file% ;; esac
    rest=\${rest#?}
  done
  file=$file$rest
  case $file in /*) ;; *) file=$home/$file ;; esac
}
if grep -rqiE '^[[:space:]]*match[[:space:]]' /etc/ssh/sshd_config /etc/ssh/sshd_config.d; then match=yes; else match=no; fi
one=$(sshd -T -o PasswordAuthentication=no 2>/dev/null)
files=$(keys "$one")
getent passwd | while IFS=: read -r name _ uid _ _ home shell; do
  if [ $match = yes ]; then
    one=$(sshd -T -o PasswordAuthentication=no -C "user=$name,host=localhost,addr=127.0.0.1" 2>/dev/null)
    files=$(keys "$one")
  fi
  for template in $files; do
    expanded "$template"
    if [ -s "$file" ]; then echo "key $name"; break; fi
  done
  case $shell in */nologin | */false | '') continue ;; esac
  case $(getent shadow "$name" | cut -d: -f2) in '$'*) ;; *) continue ;; esac
  case $one in *'passwordauthentication yes'*) echo "let $name" ;; *) echo "password $name" ;; esac
done`;

/** What Match blocks of the host's own say about what is set here: `BLOCK|option value`. */
const BLOCKS = `cat /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*.conf 2>/dev/null | awk '
  tolower($1) == "match" { block = $0; sub(/^[ \\t]*/, "", block); next }
  block != "" && tolower($1) ~ /^(permitrootlogin|passwordauthentication|kbdinteractiveauthentication|permitemptypasswords|x11forwarding|maxauthtries)$/ { print block "|" tolower($1), $2 }'`;

/** Keys only, no root by password, modern algorithms: decided by what this host's `sshd -T` and `ssh -Q` know. */
export const ssh: Control = {
  name: "SSH hardening",
  level: "basic",
  essential: true,
  questions: [
    EFFECTIVE,
    {
      id: "ssh.include",
      command: "grep -icE '^[[:space:]]*include[[:space:]]+.*sshd_config\\.d' /etc/ssh/sshd_config",
    },
    { id: "ssh.ours", command: `cat ${DROP_IN}` },
    { id: "ssh.kex", command: "ssh -Q kex" },
    { id: "ssh.ciphers", command: "ssh -Q cipher" },
    { id: "ssh.macs", command: "ssh -Q mac" },
    { id: "ssh.me", command: `echo "\${SUDO_USER:-$(id -un)}"` },
    { id: "ssh.logins", command: LOGINS },
    { id: "ssh.blocks", command: BLOCKS },
  ],
  wish: (view) => (hasServer(view) ? wishFor(view) : { ...NOTHING, notes: ["no SSH server runs here"] }),
  proofs: (view) => (hasServer(view) ? [...settings(view)].map(([key, value]) => proof(key, value)) : []),
};

function hasServer({ answers }: HostView): boolean {
  const answer = answers["ssh.effective"];
  return answer === undefined || answer.exit === null || answer.text !== "";
}

function wishFor(view: HostView): Wish {
  const before = effective(said(view, "ssh.effective"));
  const wanted = settings(view);
  const locked = passwordOnly(view);
  const adopted = ownList(view, before);
  const changes = [...wanted].filter(([key, value]) => (before.get(key) ?? value) !== value);
  return {
    resources: [file(DROP_IN, "0600", render(wanted))],
    adopted: [
      ...adopted.map((key) => `sshd: the host's own ${key} ${before.get(key) ?? ""} stays`),
      ...keysElsewhere(before).map((key) => `sshd: accounts log in by ${key}, so that no list of users is set`),
    ],
    notes: [
      ...changes.map(([key, value]) => `sshd: ${key} ${before.get(key)} → ${value}`),
      ...exceptions(view, wanted),
      ...(locked.length === 0
        ? []
        : [`${locked.join(", ")} can log in by password only and cannot any more: give them a key`]),
      ...(said(view, "ssh.include", "1").trim() === "0"
        ? ["sshd_config does not include sshd_config.d, so the drop-in has no effect: add the Include line at its top"]
        : []),
    ],
  };
}

/** What sshd is to say of itself, by the key `sshd -T` prints. Options this sshd does not know are left out. */
function settings(view: HostView): ReadonlyMap<string, string> {
  const before = effective(said(view, "ssh.effective"));
  const me = said(view, "ssh.me", "root").trim();
  const known = (key: string) => before.size === 0 || before.has(key);
  const wanted = new Map<string, string>([
    ["permitrootlogin", me === "root" ? "without-password" : "no"],
    ["passwordauthentication", "no"],
    ["kbdinteractiveauthentication", "no"],
    ["permitemptypasswords", "no"],
    ["x11forwarding", "no"],
    ["maxauthtries", "4"],
    ["logingracetime", "30"],
  ]);
  const algorithms = [
    ["kexalgorithms", KEX, "ssh.kex"],
    ["ciphers", CIPHERS, "ssh.ciphers"],
    ["macs", MACS, "ssh.macs"],
  ] as const;
  for (const [key, preferred, question] of algorithms) {
    const offered = lines(view, question);
    const both = offered.length === 0 ? preferred : preferred.filter((name) => offered.includes(name));
    if (both.length > 0) wanted.set(key, both.join(","));
  }
  if (before.has("requiredrsasize")) wanted.set("requiredrsasize", String(RSA_BITS));
  if (atLeast(view.level, "strict")) {
    wanted.set("clientaliveinterval", "300").set("clientalivecountmax", "2").set("loglevel", "VERBOSE");
  }
  const allowed = allowedUsers(view, me);
  if (allowed.length > 0 && ownList(view, before).length + keysElsewhere(before).length === 0)
    wanted.set("allowusers", allowed.join(" "));
  return new Map([...wanted].filter(([key]) => key === "allowusers" || known(key)));
}

/** Lists of who may log in that the host keeps in its own files: they stay. */
function ownList(view: HostView, before: ReadonlyMap<string, string>): readonly string[] {
  if (effective(said(view, "ssh.ours")).has("allowusers")) return [];
  return ["allowusers", "allowgroups"].filter((key) => before.has(key));
}

/** Ways in that no file of keys shows: who has them cannot be listed. */
function keysElsewhere(before: ReadonlyMap<string, string>): readonly string[] {
  return ["authorizedkeyscommand", "trustedusercakeys"].filter((key) => (before.get(key) ?? "none") !== "none");
}

/** A Match block holds for whom it is about, against everything outside it: it stays, and is said. */
function exceptions(view: HostView, wanted: ReadonlyMap<string, string>): readonly string[] {
  return lines(view, "ssh.blocks").flatMap((line) => {
    const [, block = "", key = "", value = ""] = /^(.*)\|(\S+) (.*)$/.exec(line) ?? [];
    const same = (wanted.get(key) ?? value).replace("without-password", "prohibit-password") === value;
    return same ? [] : [`sshd: the host's own block "${block}" says ${key} ${value}, and there that holds`];
  });
}

/** From standard on only accounts that hold a key, or that a block of the host's own lets in, may log in; ours among them. */
function allowedUsers(view: HostView, me: string): readonly string[] {
  if (!atLeast(view.level, "standard")) return [];
  const holders = lines(view, "ssh.logins").flatMap((line) => (/^(key|let) /.test(line) ? [line.slice(4)] : []));
  return [...new Set([me, ...holders])].filter((name) => /^[a-z_][a-z0-9_.-]*$/i.test(name)).sort();
}

function passwordOnly(view: HostView): readonly string[] {
  const said = lines(view, "ssh.logins");
  const keys = new Set(said.flatMap((line) => (line.startsWith("key ") ? [line.slice(4)] : [])));
  return said
    .flatMap((line) => (line.startsWith("password ") ? [line.slice(9)] : []))
    .filter((name) => !keys.has(name));
}

function render(wanted: ReadonlyMap<string, string>): string {
  const rows = [...wanted].map(
    ([key, value]) =>
      `${key} ${key === "permitrootlogin" && value === "without-password" ? "prohibit-password" : value}`,
  );
  return `# Written by Slipway; read before the host's own settings, the first value of an option holds.\n${rows.join("\n")}\n`;
}

/** `sshd -T` prints one option a line; `allowusers` comes once for each user. */
export function effective(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split("\n")) {
    const at = line.indexOf(" ");
    if (at < 1) continue;
    const [key, value] = [line.slice(0, at), line.slice(at + 1).trim()];
    const list = key === "allowusers" || key === "allowgroups";
    found.set(key, list && found.has(key) ? `${found.get(key)} ${value}` : (found.get(key) ?? value));
  }
  return found;
}

function proof(key: string, value: string): Proof {
  return {
    check: `sshd: ${key} ${value.length > 40 ? "as listed" : value}`,
    question: EFFECTIVE,
    refutes: ({ text }) => {
      const now = effective(text).get(key);
      const same = key === "allowusers" ? sorted(now) === sorted(value) : now === value;
      return same ? null : `${key} is ${now ?? "unknown"}: a file read before ${DROP_IN} sets it`;
    },
  };
}

function sorted(words: string | undefined): string {
  return [...new Set((words ?? "").split(" "))].sort().join(" ");
}
