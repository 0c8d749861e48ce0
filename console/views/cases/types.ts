import type { components } from '../../api/types.d.ts'

export type Case = components['schemas']['Case']
export type Subject = Case['subjects'][number]
export type About = Subject['about']
export type Area = Extract<About, { place: unknown }>['place']
export type PlaceSearch = Case['placeSearches'][number]
export type SavedRead = components['schemas']['SavedRead']
export type Lookout = components['schemas']['Lookout']
export type Dissemination = components['schemas']['Dissemination']
export type Product = components['schemas']['Product']
export type Version = Product['versions'][number]
