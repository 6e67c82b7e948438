#!/bin/sh
# Runs on the machine that becomes the image.
set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -q -y nginx-light
cp /tmp/public/orders.json /var/www/html/orders.json
systemctl enable nginx
