import { contactAddress } from "../../../src/story/contact.ts"

/** Where people reach whoever serves the page; nothing if they have not said. */
export const Contact = ({ contact }: { readonly contact: string | null }) =>
  contact === null ? null : (
    <>
      The operator answers at <a href={contactAddress(contact)}>{contact}</a>.
    </>
  )
