interface Props {
  readonly width?: string
  readonly height?: string
}

/** Stands where something will be, as large as it will be. */
export const Skeleton = ({ width = "100%", height = "1em" }: Props) => (
  <span className="skeleton" style={{ width, height }} aria-hidden="true" />
)
