interface Range {
  readonly first: number;
  readonly last: number;
}

/** A port of a NetworkPolicy rule. */
export interface PolicyPort {
  readonly protocol?: string;
  readonly port?: number | string;
  readonly endPort?: number;
}

const everyPort: Range = { first: 1, last: 65535 };
const protocols = ["SCTP", "TCP", "UDP"];

/** A set of ports of TCP, UDP and SCTP. */
export class PortSet {
  /** The ports in either set. */
  static union(a: PortSet, b: PortSet): PortSet {
    return combined(a, b, (inA, inB) => inA || inB);
  }

  /** The ports in both sets. */
  static both(a: PortSet, b: PortSet): PortSet {
    return combined(a, b, (inA, inB) => inA && inB);
  }

  /** The ports in `a` that are not in `b`. */
  static onlyFirst(a: PortSet, b: PortSet): PortSet {
    return combined(a, b, (inA, inB) => inA && !inB);
  }

  /** @param ports ports of a rule; an empty list means all @throws Error for a port name */
  static of(ports: readonly PolicyPort[]): PortSet {
    if (ports.length === 0) return new PortSet(new Map(protocols.map((protocol) => [protocol, [everyPort]])));
    return ports.map(onePort).reduce(PortSet.union);
  }

  /** @param ranges ranges by protocol, sorted and not adjacent */
  constructor(private readonly ranges: ReadonlyMap<string, readonly Range[]> = new Map()) {}

  get isEmpty(): boolean {
    return [...this.ranges.values()].every((ranges) => ranges.length === 0);
  }

  /** The ranges of a protocol, sorted. */
  of(protocol: string): readonly Range[] {
    return this.ranges.get(protocol) ?? [];
  }

  has(protocol: string, port: number): boolean {
    return contains(this.of(protocol), port);
  }

  /** `TCP 53, TCP 8732-8740, UDP 53`, or `every port`. */
  toString(): string {
    const texts = protocols.flatMap((protocol) => this.of(protocol).map((range) => `${protocol} ${rangeText(range)}`));
    return texts.join(", ") === protocols.map((protocol) => `${protocol} 1-65535`).join(", ")
      ? "every port"
      : texts.join(", ");
  }
}

function onePort({ protocol = "TCP", port, endPort }: PolicyPort): PortSet {
  if (typeof port === "string") throw new Error(`port ${port} is a name, whose number depends on the pod`);
  const range = port === undefined ? everyPort : { first: port, last: endPort ?? port };
  return new PortSet(new Map([[protocol, [range]]]));
}

/** Splits both sets at all borders of ranges, and keeps the pieces that `keeps` selects. */
function combined(a: PortSet, b: PortSet, keeps: (inA: boolean, inB: boolean) => boolean): PortSet {
  const result = protocols.map((protocol): [string, Range[]] => {
    const borders = [...a.of(protocol), ...b.of(protocol)].flatMap(({ first, last }) => [first, last + 1]);
    const starts = [...new Set(borders)].sort((x, y) => x - y);
    const pieces = starts.slice(0, -1).map((first, index) => ({ first, last: starts[index + 1]! - 1 }));
    const kept = pieces.filter(({ first }) => keeps(contains(a.of(protocol), first), contains(b.of(protocol), first)));
    return [protocol, joined(kept)];
  });
  return new PortSet(new Map(result));
}

function joined(ranges: Range[]): Range[] {
  return ranges.reduce<Range[]>((done, range) => {
    const before = done.at(-1);
    return before?.last === range.first - 1
      ? [...done.slice(0, -1), { first: before.first, last: range.last }]
      : [...done, range];
  }, []);
}

function contains(ranges: readonly Range[], port: number): boolean {
  return ranges.some(({ first, last }) => first <= port && port <= last);
}

function rangeText({ first, last }: Range): string {
  return first === last ? String(first) : `${first}-${last}`;
}
