/** The gas limit of a read: half a second on the chain's reference machine, far more than any view needs. */
export const READ_GAS = { refTime: 500_000_000_000n, proofSize: 20_000_000n }
