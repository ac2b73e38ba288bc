import { hostMachine } from "../../src/machines/host/open.ts";
import { encryptPiers } from "../../src/specialists/urbit-deployment-specialist/encrypt-piers.ts";
import { strictContext, value } from "./strict-context.ts";

/** A worker that moves the piers onto their volume, to be killed in the middle of it: SSH_CONFIG RUN DEVICE. */
const [sshConfig = "", run = "", device = ""] = process.argv.slice(2);
const machine = hostMachine({ name: "alder", address: "alder" }, { sshConfig });
value(await encryptPiers.apply(strictContext(machine, run, { device, unlock: "tpm2" })));
await machine.close();
