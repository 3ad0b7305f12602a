// The site's one service worker: a browser has one for each place. Each of its parts is a file of its own.
importScripts('/push-worker.js', '/offline-worker.js')
