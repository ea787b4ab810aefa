/**
 * As much of protocol buffers as the interfaces of a CSI driver need: texts, nested messages and small numbers.
 * https://protobuf.dev/programming-guides/encoding/
 */

/** The values of the fields of a message that are texts or messages, by the fields' numbers. */
export type Message = ReadonlyMap<number, readonly Buffer[]>;

const varint = 0;
const lengthDelimited = 2;

/** Encodes a field. @param value a text, an encoded message, or a number that is not negative */
export function field(number: number, value: string | Buffer | number): Buffer {
  if (typeof value === "number") return Buffer.concat([encodeVarint((number << 3) | varint), encodeVarint(value)]);
  const bytes = Buffer.from(value);
  return Buffer.concat([encodeVarint((number << 3) | lengthDelimited), encodeVarint(bytes.length), bytes]);
}

/** Encodes a field of type map<string, string>. */
export const mapField = (number: number, map: Readonly<Record<string, string>>): Buffer =>
  Buffer.concat(
    Object.entries(map).map(([key, value]) => field(number, Buffer.concat([field(1, key), field(2, value)]))),
  );

/** Decodes a message. @throws Error for types of fields that CSI does not use */
export function decode(bytes: Buffer): Message {
  const fields = new Map<number, Buffer[]>();
  let position = 0;
  const next = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[position++];
      if (byte === undefined) throw new Error("a message ends in the middle of a number");
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (position < bytes.length) {
    const tag = next();
    const [number, type] = [tag >> 3, tag & 7];
    if (type === varint) next();
    else if (type === lengthDelimited) {
      const length = next();
      fields.set(number, [...(fields.get(number) ?? []), bytes.subarray(position, position + length)]);
      position += length;
    } else throw new Error(`field ${number} has type ${type}, which is not supported`);
  }
  return fields;
}

/** The text in a field; "" if the message does not have it. */
export const textOf = (message: Message, number: number): string => message.get(number)?.at(-1)?.toString("utf8") ?? "";

/** The content of a field of type map<string, string>. */
export const mapOf = (message: Message, number: number): Record<string, string> =>
  Object.fromEntries(
    (message.get(number) ?? []).map((entry) => {
      const pair = decode(entry);
      return [textOf(pair, 1), textOf(pair, 2)];
    }),
  );

function encodeVarint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 0x80);
  }
}
