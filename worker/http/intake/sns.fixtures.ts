import { createSign } from 'node:crypto'

/** What Amazon SNS posts, as its documentation shows it, signed with a certificate that was made for these tests alone. */

export const SNS_CERTIFICATE_URL =
  'https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem'
export const SNS_TOPIC = 'arn:aws:sns:eu-central-1:123456789012:alarms'

/** Valid from 2020 to 2200. */
export const SNS_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIC7jCCAdYCAQEwDQYJKoZIhvcNAQELBQAwPDEaMBgGA1UEAwwRc25zLmFtYXpv
bmF3cy5jb20xHjAcBgNVBAoMFUFsbGNsZWFyIHRlc3QgZml4dHVyZTAgFw0yMDAx
MDEwMDAwMDBaGA8yMjAwMDEwMTAwMDAwMFowPDEaMBgGA1UEAwwRc25zLmFtYXpv
bmF3cy5jb20xHjAcBgNVBAoMFUFsbGNsZWFyIHRlc3QgZml4dHVyZTCCASIwDQYJ
KoZIhvcNAQEBBQADggEPADCCAQoCggEBALxur0bRF76NY+Zjo3ffmFf5mIr7ntlX
URZsf/dypR4WGRd3fDmXG3h8ZWB+dXreDcDuV2SVCJF90k387qrQvKKOu2GYOdnL
SJTeCh5z7MzbAfMZln03pShuxqTYLM17ytCMuLwTV2txiGH6ewnbtSpMKVqfjRqE
jyGgmUI+Q1w1t/QXo0OIWgdGIJHM3rK0Vs/IZtrUkRc2Uwloiv+06b9pMMS1mJmV
TnXHS6lGp9A094vsI1nNowHMgyi8xXDDMIFIwNZniIQ74uMXgL9kdrnKlp62xlcv
Ivt9VNH82yTrwi6UPCOMvE07nCykd/Bk4XLGZXnlAeSIrz7SXmBnQVsCAwEAATAN
BgkqhkiG9w0BAQsFAAOCAQEAqwh5+eVNf7LUXB3EdibhLkHhUJskbPSojJ64Z2hr
nKZALf9qtd355XuJGc3aBF/SU7jzldWJe+DdPHIVp8laZyLLeZ3OKtbkmbmV1dJC
geDL5DO9UzRv+QhmlqispDDD859CyQQAkKZJvtTfj5XDaDV5WFF83e0QgSCx8llY
W/sCjzdJWuy2HZ3bRVGtLeo4S4gyuZxJYZBWdI15CKmw6Ln6bdErdMkfDkGQGtSK
mdZ96s+HFXqiNWPpn/lSOxeRgZqklxJEVFETqkJI08SQg+5269jktuSX6XZvAlWJ
8KoDTdFhGS1kj+yD+e3HGbGb07krwHRjx8av+kwTC7rlFw==
-----END CERTIFICATE-----`

const PRIVATE_KEY = `-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC8bq9G0Re+jWPm
Y6N335hX+ZiK+57ZV1EWbH/3cqUeFhkXd3w5lxt4fGVgfnV63g3A7ldklQiRfdJN
/O6q0LyijrthmDnZy0iU3goec+zM2wHzGZZ9N6Uobsak2CzNe8rQjLi8E1drcYhh
+nsJ27UqTClan40ahI8hoJlCPkNcNbf0F6NDiFoHRiCRzN6ytFbPyGba1JEXNlMJ
aIr/tOm/aTDEtZiZlU51x0upRqfQNPeL7CNZzaMBzIMovMVwwzCBSMDWZ4iEO+Lj
F4C/ZHa5ypaetsZXLyL7fVTR/Nsk68IulDwjjLxNO5wspHfwZOFyxmV55QHkiK8+
0l5gZ0FbAgMBAAECggEARZlCX09SzFywBgROeDPbsr7rs4YN3awtNLGdsHmleE/k
M7E77o+cI2wbC8GZxeinvtep6upLMGX/XDPsuaYAzrAWkQ0nbQTzSZ0bsrTRxbas
6SxN0/FOLPmBoJiCL+Gl/1LC1yDzvKlCHSJl+LWwnC9mZOUiuqU0stB9WyThP3ir
nGQ3BZkQOnhKX3a67NYBHAhLRPY8xikVaVMcfrwesjTXejPtNjPJCH/UQ6IYNXFi
UOt2dww0affZRRMrlB2X7BArpeMqcT4veSnWhNp+4V9stn75ZZcnV9PepYyK8Bo1
pE+6IR1+jKFDTTP64DY0nbaxGR7K/ab2c4ftC9O/zQKBgQDkIYZ/Pep9o+Mz1A4P
y46Ddf4Q3s6Xn20XVJYgkkxyHJQUyXOy+V7yrpyPf5UpNFngZJl0SnaLNWwovgbi
m8YWCKlSzNvuJPdbtfpg66RWvcnYurehD2SdtCrB55zQdDArWSfrHkXR6v/xKSej
9S4I2mZLyBLAHpCvDHoH0TiRhQKBgQDTc6Q9xThxKUBzIlcNLVQjFJF+ZY13rdb/
KAMMw/wOjYA80uFpJhhXnmYwS3J0ZG7bNR2yFZ7P8gXi6Z0olK/Q5QMI2UDkmo8Q
Jg0cX0Zxrs7OzUyebI/qjoVhMz1SbHGwaSU+SZg0JyuA+yE97SXSMUfOBGBML4Zo
CLGvlSeNXwKBgQCjvKRKI2hwcPabtnG5SIKrPD70YNaq4NRt0FpIWnjf1j86hDS0
mmNZj5XzMMEgZ+CyO8IgQ2m+FMPiojFS6DdOjTzqnvqjfIjFnGFuuvKjB2keUzWF
NgUjY7LkpZZZz2rbUgxipsG6Hw9ASieXeFxoIkkVzy4WEloKKcxUXAhb+QKBgCvb
a3BobImEDdsTf0y7Xx0bkgXOWGY/Rz2K9f7601fNX5C+CIS/owLhVr6jl2yuvBN5
U9xxAYyN3UywOamGFWVVaqi2LvB7YjruOX/t/vVrVXetOzwMtljnEKEVeJ2U4ou9
cz0VFJ2UlkBdVgq7GkIbeJIxdCu5G76ONxR88kQvAoGAVUsMKoQCPPsEAjibn1nb
B9GY8F3X9QPEYFu0suDLWbfHpkBQkWry2X7k1CrQIUm3EZNWC8NO0B3LNQK2/x+l
49h+h5xE3ZLqjJ7Z6z+rX/KJH+Ec0IingNdrxWbirK/231wseZefaPtc4nd7Jb06
gyf29cSVyvA+6C6VgRoXSlE=
-----END PRIVATE KEY-----`

export type SnsFields = Readonly<Record<string, string>>

/** The fields that are signed, by the type of the message; written out once more, so that a slip in the code shows. */
const SIGNED: Readonly<Record<string, readonly string[]>> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
}

export function signedBySns(fields: SnsFields, version: '1' | '2' = '2'): SnsFields {
  const text = (SIGNED[fields['Type'] ?? ''] ?? [])
    .filter((name) => fields[name] !== undefined)
    .map((name) => `${name}\n${fields[name]}\n`)
    .join('')
  const signer = createSign(version === '1' ? 'RSA-SHA1' : 'RSA-SHA256').update(text, 'utf8')
  return {
    ...fields,
    SignatureVersion: version,
    Signature: signer.sign(PRIVATE_KEY, 'base64'),
    SigningCertURL: SNS_CERTIFICATE_URL,
  }
}

export function notification(message: unknown, more: SnsFields = {}): SnsFields {
  return {
    Type: 'Notification',
    MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
    TopicArn: SNS_TOPIC,
    Message: typeof message === 'string' ? message : JSON.stringify(message),
    Timestamp: new Date().toISOString(),
    UnsubscribeURL: `https://sns.eu-central-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${SNS_TOPIC}:c9135db0`,
    ...more,
  }
}

export function confirmation(
  type: 'SubscriptionConfirmation' | 'UnsubscribeConfirmation',
  more: SnsFields = {},
): SnsFields {
  return {
    Type: type,
    MessageId: '165545c9-2a5c-472c-8df2-7ff2be2b3b1b',
    Token: '2336412f37',
    TopicArn: SNS_TOPIC,
    Message: `You have chosen to subscribe to the topic ${SNS_TOPIC}.`,
    SubscribeURL: `https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${SNS_TOPIC}&Token=2336412f37`,
    Timestamp: new Date().toISOString(),
    ...more,
  }
}

/** An alarm as CloudWatch sends it to a topic. */
export function cloudWatchAlarm(state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA', more: object = {}) {
  return {
    AlarmName: 'checkout-5xx',
    AlarmDescription: 'Checkout answers 5xx. severity=critical service=checkout',
    AWSAccountId: '123456789012',
    AlarmConfigurationUpdatedTimestamp: '2026-05-01T10:00:00.000+0000',
    NewStateValue: state,
    NewStateReason: 'Threshold Crossed: 1 datapoint [12.0 (24/11/26 10:00:00)] was greater than the threshold (5.0).',
    StateChangeTime: new Date().toISOString().replace('Z', '+0000'),
    Region: 'EU (Frankfurt)',
    AlarmArn: 'arn:aws:cloudwatch:eu-central-1:123456789012:alarm:checkout-5xx',
    OldStateValue: state === 'ALARM' ? 'OK' : 'ALARM',
    OKActions: [SNS_TOPIC],
    AlarmActions: [SNS_TOPIC],
    InsufficientDataActions: [],
    Trigger: {
      MetricName: 'HTTPCode_Target_5XX_Count',
      Namespace: 'AWS/ApplicationELB',
      StatisticType: 'Statistic',
      Statistic: 'SUM',
      Unit: null,
      Dimensions: [{ value: 'app/shop/50dc6c495c0c9188', name: 'LoadBalancer' }],
      Period: 60,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 5.0,
      TreatMissingData: 'missing',
      EvaluateLowSampleCountPercentile: '',
    },
    ...more,
  }
}
