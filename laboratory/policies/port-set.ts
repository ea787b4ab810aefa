interface Range {
  readonly first: number;
  readonly last: number;
}
/** A port of a NetworkPolicy's rule. */
export interface PolicyPort {
  readonly protocol?: string;
  readonly port?: number | string;
  readonly endPort?: number;
}

const everyPort: Range = { first: 1, last: 65535 };
const protocols = ["SCTP", "TCP", "UDP"];

/** Ports by protocol, as a set. */
export class PortSet {
  static union(a: PortSet, b: PortSet): PortSet {
    return combined(a, b, (inA, inB) => inA || inB);
  }

  static both(a: PortSet, b: PortSet): PortSet {
    return combined(a, b, (inA, inB) => inA && inB);
  }

  /** What is in `a` and not in `b`. */
  static onlyFirst(a: PortSet, b: PortSet): PortSet {
    return combined(a, b, (inA, inB) => inA && !inB);
  }

  /** @param ports of a rule; none means all */
  static of(ports: readonly PolicyPort[]): PortSet {
    if (ports.length === 0) return new PortSet(new Map(protocols.map((protocol) => [protocol, [everyPort]])));
    return ports.map(onePort).reduce(PortSet.union);
  }

  /** @param ranges sorted, apart from each other */
  constructor(private readonly ranges: ReadonlyMap<string, readonly Range[]> = new Map()) {}

  get isEmpty(): boolean {
    return [...this.ranges.values()].every((ranges) => ranges.length === 0);
  }

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
  if (typeof port === "string") throw new Error(`port ${port} is a name: which number it means depends on the pod`);
  const range = port === undefined ? everyPort : { first: port, last: endPort ?? port };
  return new PortSet(new Map([[protocol, [range]]]));
}

/** Between two neighbouring borders of ranges a port is in a set or not; `keeps` decides. */
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
