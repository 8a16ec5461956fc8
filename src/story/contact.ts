/** Where people reach whoever runs this. */

/** An address outside of the page. */
export type Outside = `mailto:${string}` | `https://${string}`

const isWebAddress = (contact: string): contact is `https://${string}` => contact.startsWith("https://")

/** The address that a link to a contact has: an e-mail address opens a letter. */
export const contactAddress = (contact: string): Outside => (isWebAddress(contact) ? contact : `mailto:${contact}`)
