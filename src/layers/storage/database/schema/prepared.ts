/** Marks a frequently repeated statement, so that each database session plans it only once. */
export const PREPARED = "/* prepared */"
