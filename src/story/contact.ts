/** The operator's contact. */

/** A link to outside of the page. */
export type Outside = `mailto:${string}` | `https://${string}`

const isWebAddress = (contact: string): contact is `https://${string}` => contact.startsWith("https://")

/** The link to a contact: an e-mail address becomes a mailto link. */
export const contactAddress = (contact: string): Outside => (isWebAddress(contact) ? contact : `mailto:${contact}`)
