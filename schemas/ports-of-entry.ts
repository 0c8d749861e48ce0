/** A land port of entry of the United States. */
export interface PortOfEntry {
  /** CBP's code of the port (Schedule D); crossings of one port share it, the table holds the busiest. */
  readonly code: string
  readonly name: string
  /** Degrees, WGS 84, at the crossing, to about a kilometer. */
  readonly lat: number
  readonly lon: number
}

const port = (code: string, name: string, lat: number, lon: number): PortOfEntry => ({ code, name, lat, lon })

/**
 * The largest land ports: a start, not the whole of CBP's list. Sources, November 2026:
 * - codes: all 39 are in published copies of Schedule D (the list of a forwarder,
 *   HarshilKhimasia/Interport-Global-Logistics-Website; Maine, Vermont and New York also in a form at omb.report, ICR
 *   201707-1905-001). CBP's feed of waiting times now calls Brownsville 5355; Schedule D and the statistics of BTS say
 *   2301.
 * - positions: eighteen, from San Ysidro to Buffalo, within a kilometer of the list in rfcku/borders; Brownsville
 *   (Veterans), Hidalgo, Progreso, Rio Grande City and Roma within 200 m of the bridges in OpenStreetMap. From
 *   memory, not looked up: Tecate, Arizona but Nogales and Douglas, New Mexico, Fabens, Presidio, Sweetgrass, Pembina,
 *   International Falls, Sault Ste. Marie, Champlain, Vermont and Maine. BTS publishes one point a port, up to 13 km away.
 */
export const PORTS_OF_ENTRY: readonly PortOfEntry[] = [
  port('2504', 'San Ysidro, California', 32.543, -117.029),
  port('2506', 'Otay Mesa, California', 32.551, -116.938),
  port('2505', 'Tecate, California', 32.576, -116.627),
  port('2507', 'Calexico East, California', 32.674, -115.388),
  port('2503', 'Calexico West, California', 32.664, -115.497),
  port('2502', 'Andrade, California', 32.718, -114.729),
  port('2608', 'San Luis, Arizona', 32.485, -114.782),
  port('2602', 'Lukeville, Arizona', 31.88, -112.817),
  port('2604', 'Nogales, Arizona', 31.333, -110.943),
  port('2603', 'Naco, Arizona', 31.335, -109.948),
  port('2601', 'Douglas, Arizona', 31.334, -109.56),
  port('2406', 'Columbus, New Mexico', 31.784, -107.628),
  port('2408', 'Santa Teresa, New Mexico', 31.784, -106.679),
  port('2402', 'El Paso, Texas', 31.764, -106.451),
  port('2404', 'Fabens/Tornillo, Texas', 31.433, -106.148),
  port('2403', 'Presidio, Texas', 29.561, -104.396),
  port('2302', 'Del Rio, Texas', 29.327, -100.928),
  port('2303', 'Eagle Pass, Texas', 28.698, -100.512),
  port('2304', 'Laredo, Texas', 27.5, -99.503),
  port('2310', 'Roma, Texas', 26.404, -99.019),
  port('2307', 'Rio Grande City, Texas', 26.366, -98.803),
  port('2305', 'Hidalgo/Pharr, Texas', 26.096, -98.271),
  port('2309', 'Progreso, Texas', 26.062, -97.95),
  port('2301', 'Brownsville, Texas', 25.883, -97.477),
  port('3004', 'Blaine, Washington', 49.002, -122.757),
  port('3009', 'Sumas, Washington', 49.002, -122.265),
  port('3310', 'Sweetgrass, Montana', 48.998, -111.96),
  port('3401', 'Pembina, North Dakota', 49.0, -97.238),
  port('3604', 'International Falls, Minnesota', 48.608, -93.401),
  port('3803', 'Sault Ste. Marie, Michigan', 46.508, -84.361),
  port('3802', 'Port Huron, Michigan', 42.999, -82.424),
  port('3801', 'Detroit, Michigan', 42.312, -83.074),
  port('0901', 'Buffalo/Niagara Falls, New York', 42.906, -78.905),
  port('0708', 'Alexandria Bay, New York', 44.347, -75.983),
  port('0712', 'Champlain/Rouses Point, New York', 45.005, -73.452),
  port('0209', 'Derby Line, Vermont', 45.006, -72.099),
  port('0212', 'Highgate Springs, Vermont', 45.015, -73.085),
  port('0106', 'Houlton, Maine', 46.142, -67.782),
  port('0115', 'Calais, Maine', 45.189, -67.279),
]

const byCode = new Map(PORTS_OF_ENTRY.map((known) => [known.code, known]))

export const portOfEntry = (code: string): PortOfEntry | undefined => byCode.get(code)
