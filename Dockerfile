# IMFN Explorer for everyone else: a CPU, no rights, port 7860.
#   docker build -t imfn-explorer . && docker run -p 7860:7860 -v imfn-data:/data imfn-explorer
# It is a public page (see SECURITY.md); -e IMFN_PUBLIC=0 lifts the limits, -e IMFN_LOGIN=user:password asks for both.
FROM python:3.11-slim

RUN useradd --create-home --uid 1000 imfn && install -d -o imfn -g imfn /data
WORKDIR /srv/imfn

# the CPU build of torch: a quarter of the size of the one with CUDA
COPY requirements.txt constraints.txt ./
RUN pip install --no-cache-dir --extra-index-url https://download.pytorch.org/whl/cpu \
      -r requirements.txt -c constraints.txt

COPY app.py README.md LICENSE ./
COPY app app
COPY engine engine
COPY assets assets
COPY checkpoints checkpoints

USER imfn
# packages belong to root: what numba compiles goes where this user may write
ENV IMFN_PUBLIC=1 IMFN_HOME=/data NUMBA_CACHE_DIR=/tmp/numba PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
VOLUME /data
EXPOSE 7860
HEALTHCHECK --start-period=60s CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:7860/')"]
CMD ["python", "app.py", "--host", "0.0.0.0", "--port", "7860"]
