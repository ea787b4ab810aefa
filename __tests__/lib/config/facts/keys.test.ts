import { keyHash, signingKeyHashes } from "../../../../lib/config/facts/keys";
import { exampleConfiguration } from "../../../../laboratory/examples";

const delegate = { publicKey: "edpkuVXoMUi7rgsYat2KQQwLjGWjQo6jFxVR7wAED1dKWGbs4Vhrnn" };
const consensus = { publicKey: "edpkuQ1t4Y151rw239oRrKggqebaytB7SCAU9dwSjA8xYzpFN4xorX" };
const companion = {
  publicKey: "BLpk1rFgdU6n5MM3xhnARjjwycYYZsAMp6fHwN6vCRWNvdXu6cZq87vQipTNzFhqrntAHmBk3qUP",
};

test("hashes a public key", () => {
  expect(keyHash(delegate.publicKey)).toBe("tz1ZXzBpb3tjoXW4K5BGnihR3WhvgZBxgEym");
});

test("a baker signs with its consensus key instead of the delegate's, and not with the next one", () => {
  const baker = exampleConfiguration().bakers[0]!;
  const hashes = (keys: Partial<typeof baker.keys>) => signingKeyHashes({ ...baker, keys: { delegate, ...keys } });
  expect(hashes({})).toEqual([keyHash(delegate.publicKey)]);
  expect(hashes({ nextConsensus: consensus })).toEqual([keyHash(delegate.publicKey)]);
  expect(hashes({ consensus, companion })).toEqual([keyHash(consensus.publicKey), keyHash(companion.publicKey)]);
});
