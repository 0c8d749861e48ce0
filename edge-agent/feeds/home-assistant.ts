import type { MqttFeed } from './config.ts'

/** What the sensor of a camera shows, depending on how the feed sends plates. */
const VALUE = { 'as-is': 'plate', hashed: 'plateHash', none: 'seenAt' } as const

/**
 * Messages that make Home Assistant create a sensor for each camera (MQTT discovery): its state is the last plate, its
 * attributes are the rest of the read. Pure.
 */
export function discoveryOf(
  cameras: readonly string[],
  { topic = 'sightline', plate, picture = 'none', ...feed }: MqttFeed,
) {
  const chosen = cameras.filter((id) => !feed.cameras || feed.cameras.includes(id))
  return chosen.flatMap((id) => {
    const common = {
      availability_topic: `${topic}/status`,
      device: { identifiers: [`sightline_${id}`], name: `Sightline ${id}`, manufacturer: 'Sightline' },
    }
    const sensor = {
      ...common,
      name: plate === 'none' ? 'Last vehicle' : 'Last plate',
      unique_id: `sightline_${id}_read`,
      state_topic: `${topic}/${id}/read`,
      value_template: `{{ value_json.${VALUE[plate]} }}`,
      json_attributes_topic: `${topic}/${id}/read`,
      ...(plate === 'none' && { device_class: 'timestamp' }),
      icon: 'mdi:car',
    }
    const image = {
      ...common,
      name: 'Last picture',
      unique_id: `sightline_${id}_picture`,
      image_topic: `${topic}/${id}/picture`,
      content_type: 'image/jpeg',
    }
    return [
      { topic: `homeassistant/sensor/sightline_${id}/config`, payload: sensor },
      ...(picture === 'none'
        ? []
        : [{ topic: `homeassistant/image/sightline_${id}/config`, payload: image }]),
    ]
  })
}
