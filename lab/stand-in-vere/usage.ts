import { VERSION } from "./settings.ts";

/** Text of the runtime's usage, word for word as 4.5 prints it on stderr. */
export function usage(program: string): string {
  return `Urbit: a personal server operating function
https://urbit.org
Version ${VERSION}

Usage: ${program} [options...] ship_name
where ship_name is a @p phonetic representation of an urbit address
without the leading '~', and options is some subset of the following:

-A, --arvo DIR                Use dir for initial clay sync
-a, --abort                   Abort aggressively
-B, --bootstrap PILL          Bootstrap from this pill
-b, --http-ip IP              Bind HTTP server to this IP address
-C, --memo-cache-limit LIMIT  Set memo cache max size; 0 means uncapped
-c, --pier PIER               Create a new urbit in <pier>/
-D, --replay                  Recompute from events
-d, --daemon                  Daemon mode; implies -t
-e, --ethereum URL            Ethereum gateway
-F, --fake SHIP               Boot fake urbit; also disables networking
-G, --key-string STRING       Private key string (@uw, see also -k)
-g, --gc                      Set GC flag
-I, --inject FILE             Inject event from jamfile
-i, --import FILE             Import pier state from jamfile
-J, --ivory-pill PILL         Use custom ivory pill
-j, --json-trace              Create json trace file in .urb/put/trace
    --jumbo-bloq BLOQ         Set Ames jumbo frame bloq size
-K, --kernel-stage STAGE      Start at Hoon kernel version stage
-k, --key-file KEYS           Private key file (see also -G)
-L, --local                   Local networking only
    --loom EXPO               Set loom to binary exponent (31 == 2GB)
-l, --lite-boot               Most-minimal startup
-M, --keep-cache-limit LIMIT  Set persistent memo cache max size; 0 means default
-n, --replay-to NUMBER        Replay up to event
-P, --profile                 Profiling
-p, --ames-port PORT          Set the ames port to bind to
    --http-port PORT          Set the http port to bind to
    --https-port PORT         Set the https port to bind to
    --snap-time TIME          Set the snapshotting rate in minutes (> 0)
-q, --quiet                   Quiet
-R, --versions                Report urbit build info
-S, --skip-battery-hashes     Disable battery hashing
-t, --no-tty                  Disable terminal/tty assumptions
-u, --bootstrap-url URL       URL from which to download pill
-v, --verbose                 Verbose
-w, --name NAME               Initial boot as ~name (with ticket)
-X, --scry PATH               Scry, write to file, then exit
-x, --exit                    Exit immediately
-Y, --scry-into FILE          Optional name of file (for -X)
-Z, --scry-format FORMAT      Optional file format ('jam', or aura, for -X)
    --no-demand               Skip demand paging
    --no-conn                 Do not run control plane
    --no-dock                 Skip binary "docking" on boot
    --swap                    Use an explicit ephemeral (swap-like) file
    --swap-to FILE            Specify ephemeral file location
    --prop-file FILE          Add a prop into the boot sequence
    --prop-url URL            Download a prop into the boot sequence
    --prop-name NAME          Download a prop from bootstrap.urbit.org
    --gc-abort                Abort the process on leaks, implies -g

Development Usage:
   To create a development ship, use a fakezod:
   ${program} -F zod -A /path/to/arvo/folder -B /path/to/pill -c zod

   For more information about developing on urbit, see:
   https://github.com/urbit/urbit/blob/master/CONTRIBUTING.md

Simple Usage: 
   ${program} -c <my-comet> to create a comet (anonymous urbit)
   ${program} -w <my-planet> -k <my-key-file> if you own a planet
   ${program} <my-planet or my-comet> to restart an existing urbit
utilities:
  ${program} eval                      evaluate hoon from stdin:
  ${program} cram <pier>               jam state:
  ${program} dock <pier>               copy binary:
  ${program} grab <pier>               measure memory usage:
  ${program} info <pier>               print pier info:
  ${program} meld <pier>               deduplicate and minimize snapshot:
  ${program} melt <pier>               deduplicate snapshot:
  ${program} pack <pier>               defragment snapshot:
  ${program} play <pier>               recompute events:
  ${program} prep <pier>               prepare for upgrade:
  ${program} next <pier>               request upgrade:
  ${program} queu <pier> <at-event>    cue state:
  ${program} chop <pier>               truncate event log:
  ${program} roll <pier>               rollover to new epoch:
  ${program} vere ARGS <output dir>    download binary:

mars, ipc:
  boot a pier:
    ${program} boot <pier> <key> <flags> <cache-size>
  run a pier:
    ${program} work <pier> <key> <flags> <cache-size> <replay-to>
`;
}
