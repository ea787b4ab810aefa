# Prints one line for each value of the JSON text on standard input: its path, a tab, the value without quotes.
# Ends with 1, and prints nothing, when the input is not one whole JSON value. Reads with json.awk.

function json_leaf(path, value) {
  if (value ~ /^"/) value = substr(value, 2, length(value) - 2)
  lines = lines path "\t" value "\n"
}

{ text = text $0 "\n" }

END {
  if (!json_read(text)) exit 1
  printf "%s", lines
}
