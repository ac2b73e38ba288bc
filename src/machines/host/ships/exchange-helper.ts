/**
 * The program that speaks to a ship's sockets on its host. A real ship dies of a client that goes away before its reply
 * is written, so the connection belongs to a process of its own: it leaves our session, ignores every polite signal,
 * reads each reply to the end whatever became of us, and only then closes. Only its parent, which prints what was
 * read, ends with us or when the time we wait is over.
 *
 * Perl, because perl-base is on every Debian and Ubuntu and has the sockets of the operating system; only its core
 * modules. Input, one exchange per paragraph: `unix PIER` or `tcp PORT`, then `send HEX` for each request, `go`.
 * Output: `open` or `error WHY`, `reply MS HEX` per request, `cut N` (more than LIMIT), `eof`, `timeout`, `done`.
 */
export const REPLY_LIMIT = 1024 * 1024;

export const HELPER = String.raw`
use strict; use warnings;
use Socket qw(PF_UNIX PF_INET SOCK_STREAM pack_sockaddr_un pack_sockaddr_in inet_aton);
use POSIX qw(setsid :errno_h);
my $limit = ${REPLY_LIMIT};
my $wait = shift @ARGV;
my $until = time + $wait;
$| = 1;
$SIG{PIPE} = 'IGNORE';
my ($kind, $where, @send);
while (my $line = <STDIN>) {
  chomp $line;
  if ($line =~ /^(unix|tcp) (.+)$/) { ($kind, $where, @send) = ($1, $2) }
  elsif ($line =~ /^send ([0-9a-f]+)$/) { push @send, pack('H*', $1) }
  elsif ($line eq 'go') { exchange() }
}

sub exchange {
  pipe(my $read, my $write) or die "pipe: $!";
  my $child = fork;
  die "fork: $!" unless defined $child;
  if ($child == 0) { close $read; own($write); POSIX::_exit(0) }
  close $write;
  my $text = '';
  while (1) {
    my $left = $until - time;
    my $bits = ''; vec($bits, fileno($read), 1) = 1;
    if ($left <= 0 or !select($bits, undef, undef, $left)) { print "timeout\n"; last }
    my $got = sysread($read, $text, 65536, length $text);
    next if !defined $got && $! == EINTR;
    last unless $got;
    while ($text =~ s/^(.*)\n//) { print "$1\n" }
  }
  close $read;
  print "done\n";
}

# From here on the process is on its own: nobody's terminal, nobody's pipes but the one to the parent.
sub own {
  my $out = shift;
  $SIG{$_} = 'IGNORE' for qw(HUP INT TERM PIPE QUIT TSTP USR1 USR2 ALRM);
  setsid();
  # Its end would be the ship's: let the kernel take others first when memory runs out.
  if (open my $oom, '>', '/proc/self/oom_score_adj') { syswrite $oom, '-1000'; close $oom }
  open STDIN, '<', '/dev/null'; open STDOUT, '>', '/dev/null'; open STDERR, '>', '/dev/null';
  my $say = sub { my $line = "$_[0]\n"; my $at = 0;
    while ($at < length $line) { my $n = syswrite($out, $line, length($line) - $at, $at); if (!defined $n) { next if $! == EINTR; return } $at += $n } };
  my $sock;
  my $address;
  if ($kind eq 'unix') {
    # sun_path holds 107 bytes: go there instead of naming the whole way.
    chdir "$where/.urb" or return $say->("error " . code($!));
    $address = pack_sockaddr_un('conn.sock');
  } else { $address = pack_sockaddr_in($where, inet_aton('127.0.0.1')) }
  my $tries = 0;
  while (1) {
    socket($sock, $kind eq 'unix' ? PF_UNIX : PF_INET, SOCK_STREAM, 0) or return $say->("error " . code($!));
    # A backlog of 0 turns callers away for a moment; a blocking connect waits, but not on every kernel.
    last if connect($sock, $address);
    my $errno = $! + 0;
    return $say->("error " . code($errno)) unless ($errno == EAGAIN || $errno == EINTR) && $tries++ < 200 && time < $until;
    close $sock; select(undef, undef, undef, 0.02);
  }
  $say->('open');
  for my $request (@send) {
    my $began = now();
    my $at = 0;
    while ($at < length $request) {
      my $n = syswrite($sock, $request, length($request) - $at, $at);
      if (!defined $n) { next if $! == EINTR; $say->('eof'); return drain($sock) }
      $at += $n;
    }
    my ($reply, $ended) = $kind eq 'unix' ? framed($sock) : whole($sock);
    my $ms = sprintf '%.3f', (now() - $began) * 1000;
    $say->('cut ' . $reply->{length}) if $reply->{cut};
    $say->("reply $ms " . unpack('H*', $reply->{bytes})) if length $reply->{bytes};
    if ($ended) { $say->('eof'); last }
  }
  close $out;
  # The ship closes after a thread's answer; one that does not is left by us, with nothing unread.
  my $bits = ''; vec($bits, fileno($sock), 1) = 1;
  for (1 .. 4) { last unless select(my $ready = $bits, undef, undef, 0.1); my $n = sysread($sock, my $rest, 65536); last unless $n }
  close $sock;
}

# One frame: 5 bytes of head, then as many as it says. What is over the limit is read and let go.
sub framed {
  my $sock = shift;
  my ($bytes, $total, $need) = ('', 0, 5);
  while ($total < $need) {
    my $n = sysread($sock, my $part, $need - $total > 65536 ? 65536 : $need - $total);
    if (!defined $n) { next if $! == EINTR; $n = 0 }
    return ({ bytes => $bytes, cut => 0, length => $total }, 1) unless $n;
    $total += $n;
    $bytes .= $part if length($bytes) + $n <= $limit;
    $need = 5 + unpack('V', substr $bytes, 1, 4) if $need == 5 && $total == 5;
  }
  return ({ bytes => length($bytes) == $total ? $bytes : '', cut => length($bytes) != $total, length => $total }, 0);
}

# To the end of the stream (the request asked for Connection: close), or of the body where its length is said.
sub whole {
  my $sock = shift;
  my ($bytes, $total, $need) = ('', 0);
  while (!defined $need || $total < $need) {
    my $n = sysread($sock, my $part, 65536);
    if (!defined $n) { next if $! == EINTR; last }
    last unless $n;
    $total += $n;
    $bytes .= $part if length($bytes) + $n <= $limit;
    $need = length($1) + $2 if !defined $need && $bytes =~ /^(.*?\r\ncontent-length: *(\d{1,9})\r\n(?:.*?\r\n)??\r\n)/si;
    # A 204 has no body, and says no length: a ship keeps such a connection open.
    $need = length($1) if !defined $need && $bytes =~ m{^(HTTP/1\.[01] (?:204|304) .*?\r\n\r\n)}s;
  }
  return ({ bytes => $bytes, cut => length($bytes) != $total, length => $total }, 1);
}

sub drain { my $sock = shift; 1 while sysread($sock, my $rest, 65536); close $sock }

sub code { my $errno = shift() + 0;
  my %names = (ENOENT, 'ENOENT', ECONNREFUSED, 'ECONNREFUSED', EACCES, 'EACCES', EAGAIN, 'EAGAIN', ENOTDIR, 'ENOTDIR');
  return $names{$errno} || "errno $errno" }

# perl-base has no Time::HiRes; the kernel's monotonic clock by number, the coarse one where the number is unknown.
sub now {
  my %clock = (x86_64 => 228, aarch64 => 113);
  my $number = $clock{(POSIX::uname())[4]} or return time;
  my $spec = pack 'q2', 0, 0;
  return time if syscall($number, 1, $spec) != 0;
  my ($seconds, $nanos) = unpack 'q2', $spec;
  return $seconds + $nanos / 1e9;
}
`;
