import { Address4 } from "ip-address";

/** A range of IPv4 addresses as numbers, including both ends. */
export interface AddressRange {
  readonly first: number;
  readonly last: number;
}

/** @param cidr such as 10.0.96.0/22 @throws Error if it is not an IPv4 range */
export function addressRange(cidr: string): AddressRange {
  const range = new Address4(cidr);
  return { first: Number(range.startAddress().bigInt()), last: Number(range.endAddress().bigInt()) };
}

/** The addresses in `ranges` that are not in `holes`. */
export function without(ranges: readonly AddressRange[], holes: readonly AddressRange[]): AddressRange[] {
  return holes.reduce<AddressRange[]>(
    (left, hole) =>
      left.flatMap(({ first, last }) =>
        [
          { first, last: Math.min(last, hole.first - 1) },
          { first: Math.max(first, hole.last + 1), last },
        ].filter((piece) => piece.first <= piece.last),
      ),
    [...ranges],
  );
}

/** Whether they have an address in common. */
export function overlap(a: readonly AddressRange[], b: readonly AddressRange[]): boolean {
  return a.some(({ first, last }) => b.some((range) => first <= range.last && range.first <= last));
}

/** 3232235777 is 192.168.1.1. */
export function addressText(address: number): string {
  return Address4.fromInteger(address).correctForm();
}
