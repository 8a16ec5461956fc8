/** Constants of drand's Quicknet beacon, which signs a round every three seconds and to which Subtensor's timelocked weights are encrypted. */

/** drand's hash of the chain. https://api.drand.sh/52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971/info has the figures below. */
export const CHAIN_HASH = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"

/** Seconds since 1970 of round 1. */
export const GENESIS = 1_692_803_367

/** Seconds between two rounds. */
export const PERIOD = 3

/** A round's time, in milliseconds since 1970. */
export const timeOfRound = (round: number): number => (GENESIS + (round - 1) * PERIOD) * 1000

/** A point of G2, compressed, in hexadecimal digits. */
export const PUBLIC_KEY =
  "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"

/** How a round's message is hashed to a point of G1. */
export const DOMAIN = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
