/** What SIGUSR1 makes the king print, as recorded; all numbers but the event stand still here. */
export function status(event: number): string {
  return `pier: work
  drivers:
    fore: live=&, queue=0
    term: live=&, queue=0
    unix: live=&, queue=0
    cttp: live=&, queue=0
    http: live=&, queue=0
      open slogstreams: 0
    ames: live=&, queue=0
      config:
        filtering: &
         can send: &
         can scry: &
      stun:
        working: |
      caches:
        cached lanes: 1, 0 B
        cached meows: 0, 0 B
      counters:
                 dropped: 0
        forwards dropped: 0
        forwards pending: 0
               forwarded: 0
          filtered (hed): 0
          filtered (ver): 0
          filtered (mug): 0
          filtered (pre): 0
          filtered (wal): 0
          filtered (wap): 0
                 crashed: 0
                    evil: 0
         lane scry fails: 0
            cached lanes: 1
    ames: live=&, queue=0
mesa is online
    lick: live=&, queue=0
    conn: live=&, queue=0
    behn: live=&, queue=0
    hind: live=&, queue=0
  lord: live=&, event=${event}, queue=0
`.replaceAll("\n", "\r\n");
}
