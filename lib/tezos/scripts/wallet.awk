# Merges the wanted entries of a wallet file into the current file. Needs json.awk.
#   -v wanted=FILE   the entries from the configuration
#   -v current=FILE  the file on the disk; may be missing
#   -v own="A B"     aliases that the configuration owns: those that are not wanted are removed; all others stay
#   environment ADD_NAME, ADD_VALUE   one more wanted entry, unless ADD_VALUE is empty
# Prints the complete new file. Exits with
#   0   if the current file needs no change
#   10  if entries are added, and none is lost
#   11  if entries of owned aliases are changed or removed
#   12  if the current file is not a wallet file
#   2   if the wanted file is not a wallet file

# A file is a list of {"name": …, "value": …}. A value is a string, or an object with a locator and a key.
function json_leaf(path, value,    step) {
  split(path, step, ".")
  if (step[1] != last_step) {
    last_step = step[1]
    count++
  }
  if (step[2] == "name" && step[3] == "" && !(count in read_name)) read_name[count] = value
  else if (step[2] == "value" && step[3] == "" && !(count in read_value)) read_value[count] = value
  else if (step[2] == "value" && step[4] == "" && value ~ /^"/) {
    read_fields[count] = read_fields[count] (read_fields[count] == "" ? "" : ", ") "\"" step[3] "\": " value
  }
  else malformed = 1
}

function load(file,    text, line, status, entry) {
  count = 0
  last_step = ""
  malformed = 0
  split("", read_name); split("", read_value); split("", read_fields)
  while ((status = (getline line < file)) > 0) text = text line "\n"
  if (status < 0 || text !~ /^[ \t\r\n]*\[/ || !json_read(text)) return 0
  for (entry = 1; entry <= count; entry++) {
    if (read_name[entry] !~ /^"/) malformed = 1
    if (entry in read_fields) {
      if (entry in read_value) malformed = 1
      read_value[entry] = "{ " read_fields[entry] " }"
    } else if (read_value[entry] !~ /^"/) malformed = 1
  }
  return !malformed
}

function put(name, value) {
  output = output (output == "" ? "" : ",\n") "  { \"name\": " name ", \"value\": " value " }"
}

BEGIN {
  if (!load(wanted)) exit 2
  for (entry = 1; entry <= count; entry++) {
    want_name[entry] = read_name[entry]
    want_value[entry] = read_value[entry]
  }
  wants = count
  if (ENVIRON["ADD_VALUE"] != "") {
    want_name[++wants] = "\"" ENVIRON["ADD_NAME"] "\""
    want_value[wants] = "\"" ENVIRON["ADD_VALUE"] "\""
  }

  missing = (getline line < current) < 0
  close(current)
  result = missing ? 10 : 0
  if (!missing && !load(current)) {
    result = 12
    count = 0
  }
  if (missing) count = 0

  for (entry = 1; entry <= count; entry++) if (!(read_name[entry] in entry_of)) entry_of[read_name[entry]] = entry
  for (want = 1; want <= wants; want++) {
    name = want_name[want]
    is_wanted[name] = 1
    put(name, want_value[want])
    if (!(name in entry_of)) {
      if (result == 0) result = 10
    } else if (read_value[entry_of[name]] != want_value[want] && result < 11) result = 11
  }

  owned = " " own " "
  for (entry = 1; entry <= count; entry++) {
    name = read_name[entry]
    if (name in is_wanted && entry_of[name] == entry) continue
    if (name in is_wanted || index(owned, " " substr(name, 2, length(name) - 2) " ")) result = 11
    else put(name, read_value[entry])
  }
  printf "[\n%s\n]", output
  exit result
}
