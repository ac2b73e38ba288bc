/** Characters a POSIX shell takes literally outside quotes. */
const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/**
 * One word for a POSIX shell, quoted when it has to be: the only way a variable value enters a shell program.
 * A NUL byte cannot be carried by any shell word, so it throws: that is a bug in the caller, not a user's mistake.
 */
export function shellQuote(word: string): string {
  if (word.includes("\0")) throw new TypeError("a shell word cannot hold a NUL byte");
  if (PLAIN.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** An argument vector as one shell command line. */
export function shellLine(argv: readonly string[]): string {
  return argv.map(shellQuote).join(" ");
}
