/** The example of service.deployed in the specification of CDEvents. */
export const DEPLOYED = {
  context: {
    version: '0.4.1',
    id: '271069a8-fc18-44f1-b38f-9d70a1695819',
    source: '/event/source/123',
    type: 'dev.cdevents.service.deployed.0.2.0',
    timestamp: '2023-03-20T14:27:05.315384Z',
  },
  subject: {
    id: '/subject/123',
    source: '/event/source/123',
    type: 'service',
    content: {
      environment: { id: 'test123', source: '/event/source/123' },
      artifactId: 'pkg:oci/myapp@sha256%3A0b31b1c02ff458ad9b7b81cbdf8f028bd54699fa151f221d1e8de6817db93427',
    },
  },
}
