// Command nim-standin stands in for a NIM in the tests of the real node: it answers on the paths of a NIM and keeps its
// weights where a NIM keeps them, but runs no model. Started as
//
//	nim-standin                              serve
//	download-to-cache [--all|--profiles ID…] write made-up weights into NIM_CACHE_PATH
//
// Settings are environment variables, those of a real NIM first:
//
//	NIM_SERVER_PORT, NIM_HTTP_API_PORT  where it listens, 8000
//	NIM_CACHE_PATH                      where weights are, /opt/nim/.cache
//	NIM_MODEL_PROFILE                   the profile it loads
//	STANDIN_VERSION                     what it calls itself in every answer (header X-Version)
//	STANDIN_LOAD_SECONDS                how long loading takes; /v1/health/ready answers 503 until then
//	STANDIN_WEIGHTS                     "needed": it ends with code 3 unless complete weights are in the cache;
//	                                    "fetched": it downloads those that are missing, as a NIM does at its first start
//	STANDIN_DOWNLOAD_SECONDS            how long a download takes
//	STANDIN_DOWNLOAD_BYTES              size of the weights, 4 MiB
//	STANDIN_DRAIN_SECONDS               how long it keeps serving after SIGTERM; 0: ends at once, as documented NIMs do
package main

import (
	"log"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

func main() {
	log.SetFlags(log.Lmicroseconds)
	log.SetPrefix("nim-standin: ")
	if filepath.Base(os.Args[0]) == "download-to-cache" {
		if err := download(os.Args[1:]); err != nil {
			log.Fatal(err)
		}
		return
	}
	switch wanted := os.Getenv("STANDIN_WEIGHTS"); wanted {
	case "needed":
		if err := checkWeights(); err != nil {
			log.Print(err)
			os.Exit(3)
		}
		log.Print("the weights are complete")
	case "fetched":
		if err := download(profiles()); err != nil {
			log.Fatal(err)
		}
	case "":
	default:
		log.Fatalf("STANDIN_WEIGHTS is %q; it knows needed and fetched", wanted)
	}
	serve()
}

func text(name, otherwise string) string {
	if found := os.Getenv(name); found != "" {
		return found
	}
	return otherwise
}

func number(name string, otherwise float64) float64 {
	parsed, err := strconv.ParseFloat(text(name, strconv.FormatFloat(otherwise, 'g', -1, 64)), 64)
	if err != nil {
		log.Fatalf("%s is %q, which is no number", name, os.Getenv(name))
	}
	return parsed
}

func seconds(name string, otherwise float64) time.Duration {
	return time.Duration(number(name, otherwise) * float64(time.Second))
}
