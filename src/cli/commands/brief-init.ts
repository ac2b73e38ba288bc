import { access } from "node:fs/promises";
import { resolve } from "node:path";
import { writeFileAtomic } from "../../base/files.ts";
import { commentedFile } from "../../brief/file.ts";
import { type Command, usage } from "../command.ts";
import { EXIT, failWith } from "../exit.ts";

export const command: Command = {
  name: "brief init",
  summary: "write a brief to fill in, every field explained",
  usage: "[FILE]",
  words: [0, 1],
  examples: ["slipway brief init", "slipway brief init fleet.yaml", "slipway brief init - | less"],
  options: { force: { type: "boolean", about: "write over a file that is there" } },
  run: async (input, io) => {
    const file = input.words[0] ?? "brief.yaml";
    if (file === "-") {
      io.out(commentedFile());
      return EXIT.done;
    }
    const path = resolve(io.cwd, file);
    if (!input.flag("force") && (await exists(path)))
      return failWith(
        io,
        usage(`${file} is there already`, `another name, or: slipway brief init ${file} --force`).failure,
        false,
        EXIT.usage,
      );
    try {
      await writeFileAtomic(path, commentedFile(), 0o644);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      return failWith(
        io,
        usage(`${file} cannot be written: ${code}`, "choose another place").failure,
        false,
        EXIT.failed,
      );
    }
    io.out(`${file} written. Fill it in, then: slipway plan --file ${file}\n`);
    return EXIT.done;
  },
};

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
