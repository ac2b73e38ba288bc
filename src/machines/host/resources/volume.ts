import { shellQuote } from "../../../base/quote.ts";
import type { VolumeResource } from "../../resources.ts";
import { at, type Fragment, type Place, saveUndo } from "./fragment.ts";

/** Where an encrypted volume keeps what belongs to it. One for each host. */
export const VOLUME = {
  name: "slipway-piers",
  folder: "/var/lib/slipway/volume",
  /** Unlocks the volume where nobody is to be asked: root's alone, on the system's own disk. */
  key: "/etc/slipway/keys/piers.key",
  /** Where a person puts the passphrase for the minute it is needed; in memory, never on a disk. */
  passphrase: "/run/slipway/volume.passphrase",
  /** Size of a volume in a file. */
  percentOfFree: 80,
} as const;

const UNLOCKED = {
  "key-file": "unlocked by a key file",
  tpm2: "unlocked by the TPM",
  person: "unlocked by a person",
} as const;

export function volumeAfter({ unlock }: Pick<VolumeResource, "unlock">): string {
  return `on an encrypted volume, ${UNLOCKED[unlock]}`;
}

/** A LUKS2 volume under a directory: whatever encrypted volume it lies on already is kept as it is. */
export function compileVolume(resource: VolumeResource, place: Place): Fragment {
  const path = shellQuote(at(place, resource.path));
  const device = shellQuote(resource.device ?? "");
  return {
    probes: {},
    holds: `volume_holds ${path}`,
    before: "before='not encrypted'",
    after: volumeAfter(resource),
    define: "",
    save: saveUndo(`restore_volume ${path} ${device}`),
    apply: `volume_set ${path} ${device} ${resource.unlock}`,
    diff: ":",
    effect: "",
  };
}
