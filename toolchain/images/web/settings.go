package main

import (
	"log"
	"net/http"
	"os"
	"strconv"
	"time"
)

func seconds(count float64) time.Duration { return time.Duration(count * float64(time.Second)) }

// number reads a setting; one that is no number ends the program, so that a test never runs with another value.
func number(name string, otherwise float64) float64 {
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	parsed, err := strconv.ParseFloat(text, 64)
	if err != nil {
		log.Fatalf("web: %s is %q, which is no number", name, text)
	}
	return parsed
}

func value(request *http.Request, name string, otherwise float64) float64 {
	if parsed, err := strconv.ParseFloat(request.FormValue(name), 64); err == nil {
		return parsed
	}
	return otherwise
}
