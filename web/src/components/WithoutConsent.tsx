/** Why an issue was registered although its maintainers had not asked, in the owner's own words; nothing if the owner said nothing. */
export const WithoutConsent = ({ why }: { readonly why: string | null }) =>
  why === null ? null : (
    <p className="notice">
      Registered without the maintainers’ asking. The owner says: <q dir="auto">{why}</q>
    </p>
  )
