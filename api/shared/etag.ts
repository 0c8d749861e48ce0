/** The ETag of a value by its revision of the bucket. */
export const etag = (revision: number): string => `"${revision}"`

/** Whether a value still stands as an If-Match header says it was seen; without one, or with `*`, it does. */
export const isAsSeen = (ifMatch: string | undefined, revision: number): boolean =>
  ifMatch === undefined || ifMatch === '*' || ifMatch === etag(revision)
