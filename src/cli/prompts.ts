/** A choice a person can make, with a word more about it. */
export interface Option {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
}

/** Somebody at a terminal who can be asked. Every answer is null when they went away (Ctrl-C). */
export interface Prompts {
  select(message: string, options: readonly Option[], initial: string): Promise<string | null>;
  several(message: string, options: readonly Option[]): Promise<readonly string[] | null>;
  /** `check` gives what is wrong with the text, or null. */
  text(message: string, initial: string, check: (text: string) => string | null): Promise<string | null>;
  say(text: string): void;
}

/** The terminal's prompts; the library is loaded when something is asked. */
export async function terminalPrompts(): Promise<Prompts> {
  const { isCancel, log, multiselect, select, text } = await import("@clack/prompts");
  return {
    select: async (message, options, initial) => {
      const answer = await select<string>({ message, options: [...options], initialValue: initial, maxItems: 12 });
      return isCancel(answer) ? null : answer;
    },
    several: async (message, options) => {
      const answer = await multiselect<string>({ message, options: [...options], required: false });
      return isCancel(answer) ? null : answer;
    },
    text: async (message, initial, check) => {
      const answer = await text({
        message,
        initialValue: initial,
        validate: (typed) => check(typed ?? "") ?? undefined,
      });
      return isCancel(answer) ? null : answer;
    },
    say: (message) => log.message(message),
  };
}
