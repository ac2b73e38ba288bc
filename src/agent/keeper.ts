import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/**
 * The process that holds one connection to a ship's control socket. A ship dies of a client that goes away before its
 * reply is written, and leaks a descriptor for every connection: so one connection serves for as long as the ship runs,
 * and it belongs to a process that ignores every polite signal and leaves only with nothing unread. perl-base is on
 * every Debian.
 *
 * Input: a request in hex per line. Output: `open` or `error WHY`, then `reply HEX` per request; its end ends with `eof`.
 */
export const KEEPER = String.raw`
use strict; use warnings;
use Socket qw(PF_UNIX SOCK_STREAM pack_sockaddr_un);
use POSIX qw(setsid :errno_h);
$| = 1;
$SIG{$_} = 'IGNORE' for qw(HUP INT TERM PIPE QUIT TSTP USR1 USR2 ALRM);
setsid();
my $pier = shift @ARGV;
# sun_path holds 107 bytes: go there instead of naming the whole way.
chdir "$pier/.urb" or out("error no socket");
my ($sock, $tries) = (undef, 0);
while (1) {
  socket($sock, PF_UNIX, SOCK_STREAM, 0) or out('error socket');
  last if connect($sock, pack_sockaddr_un('conn.sock'));
  my $errno = $! + 0;
  out('error ' . ($errno == ENOENT || $errno == ECONNREFUSED ? 'not listening' : "errno $errno"))
    unless ($errno == EAGAIN || $errno == EINTR) && $tries++ < 100;
  close $sock; select(undef, undef, undef, 0.02);
}
print "open\n";
while (my $line = <STDIN>) {
  chomp $line;
  my ($request, $at) = (pack('H*', $line), 0);
  while ($at < length $request) {
    my $n = syswrite($sock, $request, length($request) - $at, $at);
    if (!defined $n) { next if $! == EINTR; out('eof') }
    $at += $n;
  }
  my ($bytes, $need) = ('', 5);
  while (length $bytes < $need) {
    my $n = sysread($sock, $bytes, $need - length $bytes, length $bytes);
    if (!defined $n) { next if $! == EINTR; $n = 0 }
    out('eof') unless $n;
    $need = 5 + unpack('V', substr $bytes, 1, 4) if $need == 5 && length $bytes == 5;
    out('error reply too large') if $need > 1048576;
  }
  print 'reply ', unpack('H*', $bytes), "\n";
}
close $sock;
sub out { print "$_[0]\n"; exit 0 }
`;

/** A kept connection. `ask` rejects when the ship goes away; then a new keeper is opened at the next look. */
export interface Keeper {
  ask(request: Uint8Array): Promise<Uint8Array>;
  /** Ends when nothing is unread any more. */
  close(): void;
  readonly gone: boolean;
}

/** Connects to the ship of this pier; rejects when it does not listen. */
export function openKeeper(pier: string): Promise<Keeper> {
  const child: ChildProcess = spawn("perl", ["-e", KEEPER, pier], { stdio: ["pipe", "pipe", "ignore"] });
  const waiting: { resolve(bytes: Uint8Array): void; reject(error: Error): void }[] = [];
  let gone = false;
  return new Promise((resolve, reject) => {
    const leave = (why: string) => {
      gone = true;
      reject(new Error(why));
      for (const { reject: refuse } of waiting.splice(0)) refuse(new Error(why));
    };
    child.on("error", (error) => leave(error.message));
    // Not "exit": its last answer may still be in the pipe then.
    child.on("close", () => leave("the ship closed the connection"));
    child.stdin?.on("error", () => undefined);
    if (child.stdout === null) return leave("no pipe");
    createInterface({ input: child.stdout }).on("line", (line) => {
      const [word, rest = ""] = line.split(" ", 2);
      if (word === "open") {
        resolve({
          ask: (request) =>
            new Promise((answer, refuse) => {
              if (gone) return refuse(new Error("the ship closed the connection"));
              waiting.push({ resolve: answer, reject: refuse });
              child.stdin?.write(`${Buffer.from(request).toString("hex")}\n`);
            }),
          close: () => child.stdin?.end(),
          get gone() {
            return gone;
          },
        });
      } else if (word === "reply") waiting.shift()?.resolve(Buffer.from(rest, "hex"));
      else leave(line);
    });
  });
}
