import type { Answer, Body } from '../../api/client.ts'
import type { paths } from '../../api/types.d.ts'

export type Due = Answer<'/v1/oversight/due'>
export type Review = Answer<'/v1/oversight/reviews/{quarter}'>
export type Item = Review['items'][number]
export type Finding = Body<'/v1/oversight/reviews/{quarter}/items/{item}'>
export type Signal = Answer<'/v1/oversight/signals'>['signals'][number]
export type HeldAccount =
  paths['/v1/oversight/accounts']['post']['responses'][200]['content']['application/json']
