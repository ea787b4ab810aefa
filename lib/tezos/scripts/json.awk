# A JSON reader for awks as small as busybox's. It is strict: what it accepts, Octez accepts.
# json_read(text) returns 1 and calls json_leaf(path, value) for every value that is no object or list, in their order;
# it returns 0 for anything that is not one whole JSON value. Values are as written: strings keep their quotes.

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

# An object or a list, by what closes it.
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
      json_want(":")
      json_space()
      name = substr(name, 2, length(name) - 2)
    }
    json_any(path == "" ? name : path "." name)
    json_space()
    if (substr(json_text, json_at, 1) == end) {
      json_at++
      return
    }
    json_want(",")
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

function json_want(sign) {
  if (substr(json_text, json_at, 1) == sign) json_at++
  else json_bad = 1
}

function json_space() {
  if (match(substr(json_text, json_at), /^[ \t\r\n]+/)) json_at += RLENGTH
}
