-- What was last released to the public, as it was then: publishing goes on with it after a failure, whatever has been
-- edited in between. JSON of worker/domain/postMortem.ts Release; null before the first release.
ALTER TABLE post_mortems ADD COLUMN released TEXT;
