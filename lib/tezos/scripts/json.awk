# A JSON parser for any awk, even busybox's. It is strict: whatever it accepts, Octez accepts.
# json_read(text) returns 1 and calls json_leaf(path, value), in order, for each value that is not an object or a list.
# It returns 0 unless the text is one complete JSON value. Values are passed as written: strings keep their quotes.

function json_read(text) {
  json_text = text
  json_at = 1
  json_bad = 0
  json_space()
  json_any("")
  json_space()
  return !json_bad && json_at > length(json_text)
}

function json_any(path,    first) {
  first = substr(json_text, json_at, 1)
  if (first == "{") json_group(path, "}")
  else if (first == "[") json_group(path, "]")
  else json_leaf(path, json_scalar())
}

# An object or a list. `end` is the character that closes it.
function json_group(path, end,    count, name) {
  json_at++
  json_space()
  if (substr(json_text, json_at, 1) == end) {
    json_at++
    return
  }
  for (count = 0; !json_bad; count++) {
    name = count
    if (end == "}") {
      name = json_string()
      json_space()
      json_expect(":")
      json_space()
      name = substr(name, 2, length(name) - 2)
    }
    json_any(path == "" ? name : path "." name)
    json_space()
    if (substr(json_text, json_at, 1) == end) {
      json_at++
      return
    }
    json_expect(",")
    json_space()
  }
}

function json_scalar() {
  if (substr(json_text, json_at, 1) == "\"") return json_string()
  if (match(substr(json_text, json_at), /^(true|false|null|-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?)/)) return json_take(RLENGTH)
  json_bad = 1
  return ""
}

function json_string(    value) {
  if (match(substr(json_text, json_at), /^"([^"\\[:cntrl:]]|\\["\\\/bfnrt]|\\u[0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F])*"/)) {
    value = json_take(RLENGTH)
    gsub(/\\\//, "/", value)
    return value
  }
  json_bad = 1
  return ""
}

function json_take(count) {
  json_at += count
  return substr(json_text, json_at - count, count)
}

function json_expect(sign) {
  if (substr(json_text, json_at, 1) == sign) json_at++
  else json_bad = 1
}

function json_space() {
  if (match(substr(json_text, json_at), /^[ \t\r\n]+/)) json_at += RLENGTH
}
