import { Address4 } from "ip-address";

/** IPv4 addresses as numbers, both ends included. */
export interface AddressRange {
  readonly first: number;
  readonly last: number;
}

/** @param cidr such as 10.0.96.0/22; @throws Error for what is no IPv4 range */
export function addressRange(cidr: string): AddressRange {
  const range = new Address4(cidr);
  return { first: Number(range.startAddress().bigInt()), last: Number(range.endAddress().bigInt()) };
}

/** What of `ranges` is not in `holes`. */
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

/** Whether an address is in both. */
export function overlap(a: readonly AddressRange[], b: readonly AddressRange[]): boolean {
  return a.some(({ first, last }) => b.some((range) => first <= range.last && range.first <= last));
}

/** 3232235777 is 192.168.1.1. */
export function addressText(address: number): string {
  return Address4.fromInteger(address).correctForm();
}
