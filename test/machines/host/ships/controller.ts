import { createShipOperations } from "../../../../src/machines/host/ships/index.ts";
import { connect } from "../../../../src/machines/host/transport.ts";

/** A controller of its own process, for tests that kill it: `controller.ts ROOT life|hi|http|all HTTP-PORT`. */
const [root = "", operation = "life", port = "1"] = process.argv.slice(2);
const ship = { name: "~zod", fake: true, amesPort: 31400, httpPort: Number(port), loom: 31 };
const connection = connect({ name: "here", address: "local" });
const ships = createShipOperations(connection, "here", { root, asRoot: false, answerSeconds: 20 });
const ask = (name: string) => (name === "hi" ? ships.hi(ship) : name === "http" ? ships.http(ship) : ships.life(ship));
// "all": ten at a time for ever, until somebody kills us.
while (operation === "all")
  await Promise.all(["life", "hi", "http", "life", "hi", "http", "life", "hi", "http", "life"].map(ask));
process.stdout.write(JSON.stringify(await ask(operation)));
