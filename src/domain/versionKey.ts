/**
 * The version of the subnet's rules that this program scores by, in the form of a version key: 1,000 for each major version, 10 for each minor one, 1 for each
 * patch. It goes with weights, and a subnet whose key is higher takes none of them.
 */
export const VERSION_KEY = 5_000n
