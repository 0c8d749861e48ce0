import type { Part } from '@sightline/edge-agent/plate-readers/reading'

/**
 * Messages of plate readers, written after what their makers publish (docs/cameras.md names the documents). Plates, numbers
 * and pictures are made up.
 */

/** Begins and ends as a JPEG; nobody looks into it. */
export const JPEG = Buffer.concat([
  Buffer.from([0xff, 0xd8, 0xff, 0xe0]),
  Buffer.alloc(300, 7),
  Buffer.from([0xff, 0xd9]),
])
export const SMALL_JPEG = JPEG.subarray(0, 40)

export interface Example {
  readonly contentType: string
  readonly body: Buffer
}

/** A form, or a stream's piece, of these parts. */
export function multipart(
  parts: readonly (Part & { fileName?: string; isForm?: boolean; hasLength?: boolean })[],
  { boundary = 'MIME_boundary', type = 'form-data' } = {},
): Example {
  const pieces = parts.flatMap(
    ({ type: partType, name, fileName, bytes, isForm = true, hasLength = false }) => [
      `--${boundary}\r\n`,
      ...(isForm
        ? [`Content-Disposition: form-data; name="${name}"${fileName ? `; filename="${fileName}"` : ''}\r\n`]
        : []),
      `Content-Type: ${partType}\r\n`,
      ...(hasLength ? [`Content-Length: ${bytes.length}\r\n`] : []),
      '\r\n',
      bytes,
      '\r\n',
    ],
  )
  const body = Buffer.concat([...pieces, `--${boundary}--\r\n`].map((piece) => Buffer.from(piece)))
  return { contentType: `multipart/${type}; boundary=${boundary}`, body }
}

export const hikvisionXml = ({
  plate = '7ABC123',
  dateTime = '2026-11-24T11:05:01+08:00',
  eventType = 'ANPR',
  confidence = '97',
} = {}) => `<?xml version="1.0" encoding="UTF-8"?>
<EventNotificationAlert version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">
<ipAddress>10.0.0.64</ipAddress>
<portNo>80</portNo>
<protocol>HTTP</protocol>
<channelID>1</channelID>
<dateTime>${dateTime}</dateTime>
<activePostCount>1</activePostCount>
<eventType>${eventType}</eventType>
<eventState>active</eventState>
<eventDescription>ANPR &amp; more</eventDescription>
<ANPR>
<country>3</country>
<licensePlate>${plate}</licensePlate>
<line>1</line>
<direction>forward</direction>
<confidenceLevel>${confidence}</confidenceLevel>
<plateType>unknown</plateType>
<plateColor>white</plateColor>
<plateCharBelieve>99,98,97,96,99,99,99</plateCharBelieve>
<vehicleType>vehicle</vehicleType>
<vehicleInfo><index>1</index><color>gray</color></vehicleInfo>
<pictureInfoList>
<pictureInfo><fileName>licensePlatePicture.jpg</fileName><type>licensePlatePicture</type></pictureInfo>
<pictureInfo><fileName>detectionPicture.jpg</fileName><type>detectionPicture</type></pictureInfo>
</pictureInfoList>
</ANPR>
<picNum>2</picNum>
</EventNotificationAlert>`

export const hikvisionHeartbeat = `<EventNotificationAlert version="1.0" xmlns="http://www.hikvision.com/ver10/XMLSchema">
<dateTime>2026-11-24T11:05:01+08:00</dateTime><activePostCount>0</activePostCount>
<eventType>videoloss</eventType><eventState>inactive</eventState></EventNotificationAlert>`

export const hikvision = (options: Parameters<typeof hikvisionXml>[0] = {}, scene: Buffer = JPEG) =>
  multipart([
    { type: 'text/xml', name: 'anpr.xml', fileName: 'anpr.xml', bytes: Buffer.from(hikvisionXml(options)) },
    {
      type: 'image/jpeg',
      name: 'licensePlatePicture.jpg',
      fileName: 'licensePlatePicture.jpg',
      bytes: SMALL_JPEG,
    },
    { type: 'image/jpeg', name: 'detectionPicture.jpg', fileName: 'detectionPicture.jpg', bytes: scene },
  ])

/** 2026-11-24T03:05:01.123Z; the same instant in the examples of all makes, but for the thousandths. */
export const SEEN_AT = Date.UTC(2026, 10, 24, 3, 5, 1, 123)

export const dahuaText = ({
  plate = '7ABC123',
  utc = Math.floor(SEEN_AT / 1000),
  code = 'TrafficJunction',
} = {}) =>
  [
    'Events[0].CommInfo.Country=',
    `Events[0].EventBaseInfo.Action=Pulse`,
    `Events[0].EventBaseInfo.Code=${code}`,
    'Events[0].GroupID=41',
    'Events[0].Lane=1',
    'Events[0].Object.Confidence=204',
    `Events[0].Object.Text=${plate}`,
    'Events[0].TrafficCar.Country=USA',
    'Events[0].TrafficCar.DrivingDirection[0]=Approach',
    'Events[0].TrafficCar.DrivingDirection[1]=',
    'Events[0].TrafficCar.PlateColor=White',
    `Events[0].TrafficCar.PlateNumber=${plate}`,
    'Events[0].TrafficCar.VehicleColor=Silver',
    'Events[0].TrafficCar.VehicleSign=Toyota',
    `Events[0].UTC=${utc}`,
    'Events[0].UTCMS=123',
  ].join('\r\n')

export const dahua = (options: Parameters<typeof dahuaText>[0] = {}, scene: Buffer = JPEG) =>
  multipart(
    [
      {
        type: 'text/plain',
        name: '',
        bytes: Buffer.from(dahuaText(options)),
        isForm: false,
        hasLength: true,
      },
      { type: 'image/jpeg', name: '', bytes: scene, isForm: false, hasLength: true },
      { type: 'image/jpeg', name: '', bytes: SMALL_JPEG, isForm: false, hasLength: true },
    ],
    { boundary: 'myboundary', type: 'x-mixed-replace' },
  )

const json = (value: unknown): Example => ({
  contentType: 'application/json',
  body: Buffer.from(JSON.stringify(value)),
})

export const axisMessage = (more: Record<string, unknown> = {}) => ({
  carID: '1327',
  roiID: '1',
  carState: 'new',
  datetime: '20261124 030501123',
  plateText: '7ABC123',
  plateUTF8: '7ABC123',
  plateASCII: '7ABC123',
  plateCountry: 'USA',
  plateConfidence: '0.868800',
  'plateISO3166-2': 'US-CA',
  capture_timestamp: String(SEEN_AT),
  carMoveDirection: 'in',
  plateCoordinates: [519, 633, 141, 42],
  vehicle_info: { type: 'CAR', view: 'front', brand: 'Skoda', color: 'GRAY', model: 'Rapid' },
  camera_info: { SerialNumber: 'B8A44F000000' },
  ImageArray: [
    { ImageType: 'plate', ImageFormat: 'jpg', BinaryImage: SMALL_JPEG.toString('base64') },
    { ImageType: 'vehicle', ImageFormat: 'jpg', BinaryImage: JPEG.toString('base64') },
  ],
  ...more,
})
export const axis = (more: Record<string, unknown> = {}) => json(axisMessage(more))

export const alprGroup = (more: Record<string, unknown> = {}) =>
  json({
    data_type: 'alpr_group',
    version: 3,
    epoch_start: SEEN_AT - 900,
    epoch_end: SEEN_AT + 600,
    frame_start: 100,
    frame_end: 129,
    agent_uid: 'TESTTESTTEST',
    agent_version: '4.1.12',
    camera_id: 1234,
    country: 'us',
    best_uuid_epoch_ms: SEEN_AT,
    best_plate_number: '7ABC123',
    best_confidence: 93.5,
    best_region: 'us-ca',
    best_region_confidence: 80,
    is_preview: false,
    travel_direction: 183.2,
    best_plate: {
      plate: '7ABC123',
      confidence: 93.5,
      region: 'us-ca',
      region_confidence: 80,
      plate_crop_jpeg: SMALL_JPEG.toString('base64'),
      coordinates: [
        { x: 783, y: 200 },
        { x: 900, y: 201 },
        { x: 900, y: 240 },
        { x: 783, y: 240 },
      ],
      candidates: [{ plate: '7ABC123', confidence: 93.5, matches_template: 1 }],
    },
    vehicle: {
      color: [{ name: 'silver-gray', confidence: 80 }],
      make: [{ name: 'toyota', confidence: 90 }],
      make_model: [{ name: 'toyota_camry', confidence: 70 }],
    },
    vehicle_crop_jpeg: JPEG.toString('base64'),
    ...more,
  })

export const alprResults = (more: Record<string, unknown> = {}, result: Record<string, unknown> = {}) =>
  json({
    data_type: 'alpr_results',
    version: 2,
    epoch_time: SEEN_AT,
    camera_id: 1234,
    agent_version: '4.1.12',
    results: [
      {
        plate: '7ABC123',
        confidence: 92.9,
        region: 'us-ca',
        region_confidence: 40,
        plate_crop_jpeg: SMALL_JPEG.toString('base64'),
        coordinates: [{ x: 3257, y: 188 }],
        candidates: [],
        ...result,
      },
    ],
    ...more,
  })

const plateRecognizerMessage = (plate: unknown) => ({
  hook: { target: 'https://host.example/events', id: 'gate-1', event: 'image', filename: 'a.jpg' },
  data: {
    camera_id: 'gate-1',
    filename: 'a.jpg',
    timestamp: '2026-11-24T03:05:01.123456Z',
    timestamp_local: '2026-11-23 19:05:01.123456-08:00',
    results: [
      {
        plate,
        score: 0.904,
        dscore: 0.7,
        box: { xmin: 10, ymin: 20, xmax: 110, ymax: 50 },
        region: { code: 'us-ca', score: 0.179 },
        model_make: [{ make: 'Toyota', model: 'Camry', score: 0.4 }],
        color: [{ color: 'silver', score: 0.6 }],
        vehicle: { type: 'Sedan', score: 0.3, box: { xmin: 1, ymin: 2, xmax: 300, ymax: 200 } },
        direction: 210,
        candidates: [{ plate: '7abc123', score: 0.904 }],
      },
    ],
  },
})

export const plateRecognizer = (plate: unknown = '7abc123', scene: Buffer | null = JPEG) => {
  const message = plateRecognizerMessage(plate)
  if (scene === null) return json(message)
  return multipart([
    { type: 'application/json', name: 'json', bytes: Buffer.from(JSON.stringify(message)) },
    { type: 'image/jpeg', name: 'upload', fileName: 'a.jpg', bytes: scene },
  ])
}
