/** The subnet of the contract's worlds. */
export const NETUID = 74

/** No emission: the treasury holds only the amounts that a test feeds. */
export const subnet = {
  netuid: NETUID,
  ownerHotkey: "5EjjRco7VPehqCw2q8SS3CK4g67CQDx2pAAZhvaAUCtb76tT",
  ownerColdkey: "5CkPtA8wM2YKDmi7CzMMiLD8skYxHD44cwFN9JfDdynpy5WU",
  tempo: 10,
  alphaEmissionPerBlock: 0,
  neurons: [
    ["5Hb48vxYpQZQHRbzLMak1AKhtuww6wNK1oMFyigysK8zvHyW", "5DtuaX1UbKKusYZDgrNqdYrdiZpvsAX6KhhfhCyFBnM5Jp5h", 50_000],
    ["5G6win2P1ty9X6DYuvfSFkijHGVx8yceVp1uNFntENyu7H4j", "5Dtc6mNCRDYXHWJXiWnV6xVZztz5iSJQGHnNccPSPTSgPqgU", 30_000],
    ["5DXDWSgAioftJk5CBhnE1WM7hJVAiCsXALSLxzcV5ouKLo5p", "5H3WEWWN3wj5deqBKQisXDQi9MT8k4QBRJAwQ2FDKN39j6nv", 20_000]
  ].map(([hotkey, coldkey, alpha]) => ({ hotkey, coldkey, stake: Number(alpha) * 1_000_000_000 }))
}
