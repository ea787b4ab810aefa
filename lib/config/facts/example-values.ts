/**
 * The values of the example configurations that nobody else can use: those of keys whose private halves have been destroyed,
 * and names that belong to others. A test compares this list with the files in config/.
 */
export const exampleValues: ReadonlySet<string> = new Set([
  // google.project, state.bucket, alerts.emails, tezos.snapshot
  "my-shadownet-baker",
  "my-baker-project",
  "hodl-farm-baking",
  "my-terraform-state",
  "baker@hodl-farm.example",
  "second@hodl-farm.example",
  "https://snapshots.example.com/shadownet/2026-07-21.rolling",
  "BLockGenesisGenesisGenesisGenesisGenesisf79b5d1CoW2",
  // forwarders.allowedNetworks
  "198.51.100.0/24",
  "203.0.113.64/28",
  // Keys of bakers. The fourth is that of the bakery of 2019.
  "edpkuVXoMUi7rgsYat2KQQwLjGWjQo6jFxVR7wAED1dKWGbs4Vhrnn",
  "edpkuQ1t4Y151rw239oRrKggqebaytB7SCAU9dwSjA8xYzpFN4xorX",
  "sppk7anVVfA6kqASZcFkVukoWGYnVibG6M5EKPJqBRs3LbxRPFKiWsc",
  "edpkunnxQ7SD7pVorY4Gi1UWAS37R2vXogzU4MBQiofMqoyNYk2yYJ",
  "BLpk1vnh5oAccmroRFdsMmUVbj1rbEQJtw7ALTZovwBjDbQEmVrfkv3sjP5RebM378P2Ky6MHxCV",
  "BLpk1rPfngULBtgaEaGYT3ympFNz5cRY4gQFqEjfJVLX4Y9FC3KpdbgcdGsFSGNqUEuV7JUaFLDc",
  "BLpk1rFgdU6n5MM3xhnARjjwycYYZsAMp6fHwN6vCRWNvdXu6cZq87vQipTNzFhqrntAHmBk3qUP",
  "edpkv2W3wHR7e37REAdcZUVrAE4otM3vidkzTtcTRB67gwAdp6L3UG",
  // ssh keys of signers and of the forwarders, without their types and comments.
  "AAAAC3NzaC1lZDI1NTE5AAAAIM1ql1Z4pgtT1tLAmx7oZUw4hPx8sL2PhvyRyxjCmMb7",
  "AAAAC3NzaC1lZDI1NTE5AAAAIEN85fWQIGvUrtrVBrbt1ZbVlGnBkzFIvETyt/rw2sik",
  "AAAAC3NzaC1lZDI1NTE5AAAAIKGSteMj9iuiGSspKqBsk93TqakAdyGq1DUwNu5AmuaZ",
  "AAAAC3NzaC1lZDI1NTE5AAAAIPUZq6otwqZsbuMgTzke/LauNxKON+iGhlz7cNPkjDym",
  "AAAAC3NzaC1lZDI1NTE5AAAAIJj3ysQs4m10vKv1SciXm6NN9y9TP5LjgVLrRqh1TsJz",
  "AAAAC3NzaC1lZDI1NTE5AAAAIKa5t5kon9jLwMKTdKEAkkHqBmUprwrj1bz/WU5n3Xzx",
  "AAAAC3NzaC1lZDI1NTE5AAAAIOsXa13GURm1keZaO5z+A5AleE0KuNN8dzncnB+IZNcs",
  "AAAAC3NzaC1lZDI1NTE5AAAAIPF+LOpHxxp0nkQr2CHDhSLUPWFFvkjSc/W+sIqooRbM",
]);
