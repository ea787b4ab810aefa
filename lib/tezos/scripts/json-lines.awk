# Prints a line for each value in the JSON on standard input: its path, a tab, the value without quotes.
# Exits with 1, and prints nothing, unless the input is one complete JSON value. Needs json.awk.

function json_leaf(path, value) {
  if (value ~ /^"/) value = substr(value, 2, length(value) - 2)
  lines = lines path "\t" value "\n"
}

{ text = text $0 "\n" }

END {
  if (!json_read(text)) exit 1
  printf "%s", lines
}
