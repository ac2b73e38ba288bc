import { createSocket } from "node:dgram";
import { createServer } from "node:net";

/** A TCP port of loopback that nobody has now. */
export function freeTcp(): Promise<number> {
  const server = createServer();
  return new Promise((done) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => done(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** A UDP port of loopback that nobody has now. */
export function freeUdp(): Promise<number> {
  const socket = createSocket("udp4");
  return new Promise((done) => {
    socket.bind(0, "127.0.0.1", () => {
      const { port } = socket.address();
      socket.close(() => done(port));
    });
  });
}
