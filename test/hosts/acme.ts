import type { Lab } from "../../lab/hosts/lab.ts";

/** Runs a program on a host of the lab; anything but success is a mistake of the test's. */
export function sure(lab: Lab, host: string, program: string): string {
  const { exit, stdout, stderr } = lab.exec(host, program);
  if (exit !== 0) throw new Error(`${host}: ${stderr}`);
  return stdout.trim();
}

/** Where the lab's certificate authority and DNS are asked. */
export const CA = {
  directory: "https://ca.lab:14000/dir",
  /** A double that answers every order with `rateLimited`, which Pebble cannot be made to. */
  rateLimited: "https://ca.lab:14429/dir",
} as const;

/** Seconds a certificate of the lab's lives: renewal is seen within one test. */
export const LIFETIME = 40;

/** Debian's Pebble with the DNS of its own test server, on a host of the lab. Answers with the PEM roots to trust. */
export function startCa(lab: Lab, host: string, address: string): string {
  return sure(
    lab,
    host,
    `mkdir -p /root/ca && cd /root/ca
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=ca.lab -addext subjectAltName=DNS:ca.lab -days 2 -keyout key.pem -out cert.pem 2>/dev/null
cat > pebble.json <<'END'
{"pebble":{"listenAddress":"0.0.0.0:14000","managementListenAddress":"127.0.0.1:15000","certificate":"/root/ca/cert.pem","privateKey":"/root/ca/key.pem","httpPort":80,"tlsPort":443,"certificateValidityPeriod":${LIFETIME}}}
END
cat > limited.py <<'END'
${RATE_LIMITED_CA_DOUBLE}
END
systemd-run -q --unit=dns pebble-challtestsrv -dns01 :53 -http01 '' -https01 '' -tlsalpn01 '' -management 127.0.0.1:8055 -defaultIPv4 '' -defaultIPv6 ''
systemd-run -q --unit=pebble -E PEBBLE_VA_NOSLEEP=1 -E PEBBLE_WFE_NONCEREJECT=0 pebble -config /root/ca/pebble.json -dnsserver 127.0.0.1:53
systemd-run -q --unit=limited python3 /root/ca/limited.py
for try in $(seq 50); do curl -fsSk https://127.0.0.1:15000/roots/0 -o root.pem 2>/dev/null && curl -fsS http://127.0.0.1:8055/add-a -d '{"host":"ca.lab.","addresses":["${address}"]}' && break; sleep 0.2; done
cat cert.pem root.pem`,
  );
}

/** Says in the lab's DNS where a name points; null: nowhere. */
export function pointName(lab: Lab, host: string, name: string, v4: string | null, v6: string | null = null): void {
  const set = (kind: "a" | "aaaa", address: string | null) =>
    `curl -fsS http://127.0.0.1:8055/clear-${kind} -d '{"host":"${name}."}'${
      address === null
        ? ""
        : `; curl -fsS http://127.0.0.1:8055/add-${kind} -d '{"host":"${name}.","addresses":["${address}"]}'`
    }`;
  sure(lab, host, `${set("a", v4)}; ${set("aaaa", v6)}`);
}

const RATE_LIMITED_CA_DOUBLE = `
import http.server, json, ssl
BASE = "https://ca.lab:14429"
class Double(http.server.BaseHTTPRequestHandler):
    def reply(self, status, body, more={}):
        text = json.dumps(body).encode()
        self.send_response(status)
        kind = "application/problem+json" if status > 399 else "application/json"
        for name, value in {"Replay-Nonce": "bm9uY2U", "Content-Type": kind, "Content-Length": str(len(text)), **more}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)
    def do_GET(self):
        self.reply(200, {"newNonce": BASE + "/nonce", "newAccount": BASE + "/account", "newOrder": BASE + "/order", "revokeCert": BASE + "/revoke", "keyChange": BASE + "/key"})
    do_HEAD = do_GET
    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/account":
            return self.reply(201, {"status": "valid"}, {"Location": BASE + "/account/1"})
        self.reply(429, {"type": "urn:ietf:params:acme:error:rateLimited", "detail": "too many certificates already issued", "status": 429})
    def log_message(self, *words):
        pass
server = http.server.ThreadingHTTPServer(("0.0.0.0", 14429), Double)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("/root/ca/cert.pem", "/root/ca/key.pem")
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
`;
