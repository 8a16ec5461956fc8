/**
 * The version of the subnet's rules that this program implements, as a version key: 1,000 for each major version, 10 for each minor one, 1 for each
 * patch. It is sent with weights; a subnet with a higher key rejects them.
 */
export const VERSION_KEY = 5_000n
