import { dayAfter, type FollowUp } from "./follow-up.ts";

/** Follow-ups as an iCalendar file (RFC 5545): whole days, the same bytes for the same run. */
export function calendarIcs(run: string, at: string, all: readonly FollowUp[]): string {
  const stamp = at.replace(/[-:]/g, "").replace(/\.\d+/, "");
  const events = all.flatMap(({ id, title, day, every, times, commands }) => [
    "BEGIN:VEVENT",
    `UID:${id}-${run}@slipway`,
    `DTSTAMP:${stamp}`,
    `DTSTART;VALUE=DATE:${dayAfter(at, day).replaceAll("-", "")}`,
    ...(times > 1 ? [`RRULE:FREQ=DAILY;INTERVAL=${every};COUNT=${times}`] : []),
    `SUMMARY:${escaped(title)}`,
    ...(commands.length > 0 ? [`DESCRIPTION:${escaped(commands.join("\n"))}`] : []),
    "TRANSP:TRANSPARENT",
    "END:VEVENT",
  ]);
  const lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//slipway//handoff//EN", ...events, "END:VCALENDAR"];
  return lines.map((line) => `${folded(line)}\r\n`).join("");
}

function escaped(text: string): string {
  return text.replace(/[\\;,]/g, "\\$&").replaceAll("\n", "\\n");
}

/** Octets a line may have before it must be folded. */
const LONGEST = 75;

/** Folds a content line: no piece is longer than 75 octets, none splits a character, and unfolding gives the line back. */
export function folded(line: string): string {
  const pieces: string[] = [];
  let piece = "";
  let room = LONGEST;
  for (const character of line) {
    const bytes = Buffer.byteLength(character);
    if (bytes > room) {
      pieces.push(piece);
      piece = "";
      // The blank that marks a continued line counts.
      room = LONGEST - 1;
    }
    piece += character;
    room -= bytes;
  }
  return [...pieces, piece].join("\r\n ");
}
