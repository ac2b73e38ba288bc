/** First lines of every program: a known PATH and messages in English, whatever the login shell set. */
export const PRELUDE = `set -u
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
export PATH LC_ALL
umask 022
NL='
'`;

/**
 * Answers go to descriptor 3 and nothing else does; what tools print goes to standard error. A record is a line that
 * starts with the batch's marker, then one line per field with its letter in front (more for a field of many lines), so
 * no content can be taken for a record.
 */
export const RECORDS = `field() {
  case $2 in
  *"$NL"*) while IFS= read -r part; do printf '%s|%s\\n' "$1" "$part" >&3; done <<END
$2
END
    ;;
  *) printf '%s|%s\\n' "$1" "$2" >&3 ;;
  esac
}
rec() {
  printf '%s %s %s\\n' "$MARK" "$1" "$2" >&3
  field b "$3"; field a "$4"; field w "$5"
}`;
