# Lays the wanted entries of a wallet file over those that are there. Reads with json.awk.
#   -v wanted=FILE   the entries as the configuration has them
#   -v current=FILE  the file as it is on disk; may be missing
#   -v own="A B"     aliases that belong to the configuration: one that isn't wanted goes; all others stay
#   environment ADD_NAME, ADD_VALUE   one more wanted entry, if ADD_VALUE is not empty
# Prints the whole new file. Ends with
#   0   what is there is right as it is
#   10  entries are new, nothing is lost
#   11  entries of the configuration's own aliases go, or get another value
#   12  what is there is no wallet file
#   2   the wanted entries are none

# A file is a list of {"name": …, "value": …}; a value is a text, or a locator with its key.
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
  else unlike = 1
}

function load(file,    text, line, status, entry) {
  count = 0
  last_step = ""
  unlike = 0
  split("", read_name); split("", read_value); split("", read_fields)
  while ((status = (getline line < file)) > 0) text = text line "\n"
  if (status < 0 || text !~ /^[ \t\r\n]*\[/ || !json_read(text)) return 0
  for (entry = 1; entry <= count; entry++) {
    if (read_name[entry] !~ /^"/) unlike = 1
    if (entry in read_fields) {
      if (entry in read_value) unlike = 1
      read_value[entry] = "{ " read_fields[entry] " }"
    } else if (read_value[entry] !~ /^"/) unlike = 1
  }
  return !unlike
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
    if (!(name in entry_of)) {
      put(name, want_value[want])
      if (result == 0) result = 10
    } else if (read_value[entry_of[name]] == want_value[want]) {
      put(name, read_value[entry_of[name]])
    } else {
      put(name, want_value[want])
      if (result < 11) result = 11
    }
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
