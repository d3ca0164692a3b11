"""The guide as a folder of pages that opens from a USB stick, without a server or the internet.

Pages are plain HTML and complete without scripts; `search.js` and `site.js` add search and
filters. Browsers refuse `fetch` and modules on `file://`, so data are classic scripts.
"""
